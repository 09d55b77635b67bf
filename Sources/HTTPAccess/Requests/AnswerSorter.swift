import ImageModel
import NIOHTTP1
import Synchronization
import Waiting

/// Sends a response to its receiver when its status is one of those hoped for, and keeps the beginning of any other
/// body for the error message.
package final class AnswerSorter: ResponseReceiver {
  /// How much of an error's body is read, in bytes.
  static let errorBodyLimit = 64 << 10

  private let success: Set<Int>
  private let receiver: any ResponseReceiver
  private let failed = Mutex<TransportResponse?>(nil)
  private let errorBody = BodyCollector(limit: errorBodyLimit, overflow: .truncate)

  package init(success: Set<Int>, receiver: any ResponseReceiver) {
    self.success = success
    self.receiver = receiver
  }

  package func receive(head: TransportResponse) throws {
    if success.contains(head.status) {
      // A redirect may have been answered before.
      failed.withLock { $0 = nil }
      try receiver.receive(head: head)
    } else {
      failed.withLock { $0 = head }
    }
  }

  package func receive(bytes: UnsafeRawBufferPointer) throws {
    if failed.withLock({ $0 == nil }) {
      try receiver.receive(bytes: bytes)
    } else {
      try errorBody.receive(bytes: bytes)
    }
  }

  package var pause: ReceiverPause? { failed.withLock { $0 == nil } ? receiver.pause : nil }

  package func error<Reason: FailureReason>(for reason: Reason, _ request: TransportRequest) -> RequestError<Reason> {
    error(for: reason, request, in: failed.withLock { $0 }, body: errorBody.body)
  }

  /// - Parameters:
  ///   - head: the answer's; nil where there was none.
  ///   - body: its body, or the beginning of it.
  package func error<Reason: FailureReason>(
    for reason: Reason, _ request: TransportRequest, in head: TransportResponse?, body: [UInt8]
  ) -> RequestError<Reason> {
    let answer = head.map {
      ServerAnswer(
        status: $0.status, words: Self.words(of: body, in: request),
        requestID: $0.headers.first(name: "x-request-id").map { String($0.prefix(200)) },
        rateLimit: RateLimit($0.headers), requestProvedLogin: request.provesLogin)
    }
    let host = request.url.origin
    let isAboutTLS = host.scheme == .https && head.map(wantsClientCertificate) == true
    return RequestError(
      isAboutTLS ? .network(.tls(host: host.description, .clientCertificate)) : reason, request: request.summary,
      answer: answer)
  }

  /// The server's words, less what the request carried.
  private static func words(of body: [UInt8], in request: TransportRequest) -> [String] {
    let secrets = RequestSecrets(request)
    return RegistryErrorBody(parsing: secrets.masked(body)).words.map(secrets.masked)
  }

  /// nginx takes a client without a certificate in, and then tells it so in a page of its own.
  private func wantsClientCertificate(_ head: TransportResponse) -> Bool {
    guard [400, 495, 496].contains(head.status) else { return false }
    let page = String(decoding: errorBody.body, as: UTF8.self)
    return page.contains("No required SSL certificate was sent") || page.contains("The SSL certificate error")
  }

  /// The error codes of the distribution-spec's `errors` body.
  package var errorCodes: [String] { RegistryErrorBody(parsing: errorBody.body).codes }

  package var errorLooksLikeHTML: Bool { errorBody.body.looksLikeHTML }
}

extension FailureReason {
  /// What a status means when nothing more special is known about it.
  package static func unsuccessful(_ response: TransportResponse, host: HTTPOrigin, now: Int64) -> Self {
    .network(TransportFailure(unsuccessful: response, host: host, now: now))
  }
}

extension TransportFailure {
  fileprivate init(unsuccessful response: TransportResponse, host: HTTPOrigin, now: Int64) {
    let until = response.headers.first(name: "retry-after").flatMap { RetryAfter(parsing: $0, now: now)?.instant }
    switch response.status {
    case 429: self = .rateLimited(host: host.description, until: until)
    // Nobody named a proxy, and one answers.
    case 407: self = .proxy(ProxyFailure(proxy: nil, source: nil, host: host.description, .loginRequired))
    case 408, 499, 500...599: self = .serverFailure(status: response.status, until: until)
    case 403, 412, 451: self = .forbidden(status: response.status)
    default: self = .unexpectedStatus(status: response.status)
    }
  }
}

extension TransportResponse {
  /// Whether the server calls it a web page.
  package var isWebPage: Bool {
    headers.first(name: "content-type").map { $0.lowercased().hasPrefix("text/html") } ?? false
  }
}

extension [UInt8] {
  /// Whether this is a web page: what a captive portal or a wrong address answers with.
  package var looksLikeHTML: Bool {
    let start = drop { $0 == 0x20 || (0x09...0x0d).contains($0) || $0 == 0xef || $0 == 0xbb || $0 == 0xbf }
    let head = String(decoding: start.prefix(16), as: UTF8.self).lowercased()
    return head.hasPrefix("<!doctype html") || head.hasPrefix("<html") || head.hasPrefix("<head")
      || head.hasPrefix("<body")
  }
}
