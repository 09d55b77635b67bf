import ImageModel
import NIOHTTP1
import Synchronization

/// Takes the bytes of a blob while they arrive, on the connection's own thread.
package protocol BlobReceiver: AnyObject, Sendable {
  /// The bytes that follow begin at `offset` of the blob. `isWhole`: the server sends the whole blob, whatever was
  /// asked for.
  func begin(at offset: Int64, isWhole: Bool) throws
  func receive(_ bytes: UnsafeRawBufferPointer) throws
}

extension RegistryClient {
  /// How many fresh addresses of storage may refuse before the blob is given up.
  static let freshTargets = 3

  /// Fetches a range of a blob once (distribution-spec "Pulling blobs", RFC 9110 §14): no retry of what the line or
  /// a server does, but a new token or a new storage address is asked for where the old one has expired.
  ///
  /// A success says only that the response ended; the receiver knows how much came.
  ///
  /// - Throws: ``RegistryError``; what the receiver throws; `CancellationError`.
  package func blob(
    _ repository: String, _ blob: Descriptor, range: ByteRange, lane: Int?, receiver: any BlobReceiver
  ) async throws {
    var refusals = 0
    while true {
      let target = blobTargets.withLock { $0[blob.digest] }
      let answer = try await ask(repository, blob, range: range, target: target, lane: lane, receiver: receiver)
      switch answer.response.status {
      case 200, 206:
        if answer.url.origin != endpoint.origin || answer.url.isSigned {
          blobTargets.withLock { $0[blob.digest] = answer.url }
        }
        return
      case 400, 401, 403, 404, 410:
        let isStorage = target != nil || answer.url.origin != endpoint.origin || answer.url.isSigned
        guard isStorage else { throw blobFailure(answer, blob) }
        blobTargets.withLock { $0[blob.digest] = nil }
        if target == nil { refusals += 1 }
        guard refusals < Self.freshTargets else {
          throw answer.sorter.failure(
            .storageRefused(host: answer.url.origin.description, status: answer.response.status), answer.request)
        }
      default: throw blobFailure(answer, blob)
      }
    }
  }

  private func ask(
    _ repository: String, _ blob: Descriptor, range: ByteRange, target: AbsoluteURL?, lane: Int?,
    receiver: any BlobReceiver
  ) async throws -> Answer {
    var request = TransportRequest(
      .GET, try target ?? url(repository, "blobs/\(blob.digest)"), headers: ["accept": "*/*"])
    request.lane = lane
    let isPartial = range.lowerBound > 0 || range.upperBound < blob.size
    if isPartial { request.headers.add(name: "range", value: range.headerValue) }
    let host = request.url.origin
    let make: @Sendable () -> any ResponseReceiver = {
      RangeChecker(blob: blob, range: range, isPartial: isPartial, host: host, receiver: receiver)
    }
    guard target != nil else {
      return try await send(request, repository: repository, success: [200, 206], receiver: make)
    }
    // Storage is asked without credentials, and it may not send us on.
    request.headers.add(name: "user-agent", value: userAgent)
    request.headers.add(name: "accept-encoding", value: "identity")
    let sorter = AnswerSorter(success: [200, 206], receiver: make())
    let response = try await sendToEndpointOrStorage(request, to: sorter)
    guard !RedirectPolicy.isRedirect(response.status) else {
      blobTargets.withLock { $0[blob.digest] = nil }
      return try await ask(repository, blob, range: range, target: nil, lane: lane, receiver: receiver)
    }
    return Answer(response: response, url: request.url, request: request, sorter: sorter)
  }

  private func blobFailure(_ answer: Answer, _ blob: Descriptor) -> RegistryError {
    let reason: RegistryError.Reason
    switch answer.response.status {
    case 404: reason = .blobNotFound(blob.digest)
    case 416:
      reason = .wrongRange(host: answer.url.origin.description, detail: "416 Range Not Satisfiable")
    default: reason = .unsuccessful(answer.response, host: answer.url.origin, now: retrier.now())
    }
    return answer.sorter.failure(reason, answer.request)
  }
}

/// Reads from the head of a response which bytes it carries, and stops it where they are not those asked for or
/// more than the descriptor promises.
final class RangeChecker: ResponseReceiver {
  private let blob: Descriptor
  private let range: ByteRange
  private let isPartial: Bool
  private let host: HTTPOrigin
  private let receiver: any BlobReceiver
  /// Bytes that may still come.
  private let room = Mutex<Int64>(0)

  init(blob: Descriptor, range: ByteRange, isPartial: Bool, host: HTTPOrigin, receiver: any BlobReceiver) {
    self.blob = blob
    self.range = range
    self.isPartial = isPartial
    self.host = host
    self.receiver = receiver
  }

  func receive(head: TransportResponse) throws {
    let offset = head.status == 206 ? try offset(of: head) : 0
    if head.status == 200 {
      if let length = head.headers.first(name: "content-length").flatMap({ Int64($0) }), length != blob.size {
        if head.isWebPage { throw RegistryError(.webPage(host: host.description)) }
        throw RegistryError(.sizeMismatch(blob.digest, expected: blob.size, found: length))
      }
      room.withLock { $0 = blob.size }
    }
    try receiver.begin(at: offset, isWhole: head.status == 200)
  }

  private func offset(of head: TransportResponse) throws -> Int64 {
    guard isPartial else { throw wrong("206 to a request without a range") }
    if let coding = head.headers.first(name: "content-encoding"), coding.lowercased() != "identity" {
      throw wrong("a range of an encoded body")
    }
    let fields = head.headers["content-range"]
    guard fields.count == 1 else {
      throw wrong(fields.isEmpty ? "206 without Content-Range" : "206 with several Content-Range")
    }
    guard let content = ContentRange(parsing: fields[0]), let served = content.range else {
      throw wrong("an unreadable Content-Range")
    }
    guard content.total == nil || content.total == blob.size else { throw wrong("a Content-Range of another size") }
    guard served.lowerBound == range.lowerBound, served.upperBound <= range.upperBound else {
      throw wrong("another range than the one asked for")
    }
    room.withLock { $0 = served.upperBound - served.lowerBound }
    return served.lowerBound
  }

  private func wrong(_ detail: String) -> RegistryError {
    RegistryError(.wrongRange(host: host.description, detail: detail))
  }

  func receive(bytes: UnsafeRawBufferPointer) throws {
    let fits = room.withLock { room in
      room -= Int64(bytes.count)
      return room >= 0
    }
    guard fits else { throw RegistryError(.bodyTooLong(blob.digest, size: blob.size)) }
    try receiver.receive(bytes)
  }
}
