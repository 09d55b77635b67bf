import HTTPAccess
import ImageModel
import NIOHTTP1
import Synchronization
import Waiting

extension EndpointClient {
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
      let way = try await blobAddresses.way(to: blob.digest)
      let answer: Answer
      do {
        answer = try await ask(way, repository, blob, range: range, lane: lane, receiver: receiver)
      } catch {
        if case .refreshFromRegistry = way { blobAddresses.refreshFailed(blob.digest) }
        throw error
      }
      if [200, 206].contains(answer.response.status) { return }
      switch way {
      case .storage(let address):
        // It may not send us on either: the registry does that.
        let isRefusal =
          Self.refusals.contains(answer.response.status) || RedirectPolicy.isRedirect(answer.response.status)
        guard isRefusal else { throw blobFailure(answer, blob) }
        blobAddresses.refused(blob.digest, at: address)
      case .registry, .refreshFromRegistry:
        blobAddresses.refreshFailed(blob.digest)
        guard isElsewhere(answer.url), Self.refusals.contains(answer.response.status) else {
          throw blobFailure(answer, blob)
        }
        refusals += 1
        guard refusals < Self.freshTargets else {
          throw answer.failure(.storageRefused(host: answer.url.origin.description, status: answer.response.status))
        }
      }
    }
  }

  /// What storage answers when an address has expired, or is not for us.
  private static let refusals: Set<Int> = [400, 401, 403, 404, 410]

  /// Whether an address is not the registry's own.
  private func isElsewhere(_ url: AbsoluteURL) -> Bool { url.origin != endpoint.origin || url.isSigned }

  private func ask(
    _ way: BlobAddresses.Way, _ repository: String, _ blob: Descriptor, range: ByteRange, lane: Int?,
    receiver: any BlobReceiver
  ) async throws -> Answer {
    let stored: AbsoluteURL? = if case .storage(let address) = way { address } else { nil }
    var request = TransportRequest(
      .GET, try stored ?? url(repository, "blobs/\(blob.digest)"), headers: ["accept": "*/*"])
    request.lane = lane
    let isPartial = range.lowerBound > 0 || range.upperBound < blob.size
    if isPartial { request.headers.add(name: "range", value: range.headerValue) }
    let host = request.url.origin
    let asked = Mutex(request.url)
    let make: @Sendable () -> any ResponseReceiver = {
      RangeChecker(blob: blob, range: range, isPartial: isPartial, host: host, receiver: receiver) {
        guard stored == nil else { return }
        // Others may use it while these bytes come.
        let address = asked.withLock { $0 }
        self.blobAddresses.answered(blob.digest, by: address, isElsewhere: self.isElsewhere(address))
      }
    }
    guard stored != nil else {
      return try await send(
        request, scope: .pull(repository), success: [200, 206], asks: { url in asked.withLock { $0 = url } },
        receiver: make)
    }
    // Storage is asked without credentials.
    request.headers.add(name: "accept-encoding", value: "identity")
    let sorter = AnswerSorter(success: [200, 206], receiver: make())
    let response: TransportResponse
    do { response = try await transport.send(request, to: sorter) } catch { throw failure(error, of: request) }
    return Answer(response: response, url: request.url, request: request, sorter: sorter)
  }

  private func blobFailure(_ answer: Answer, _ blob: Descriptor) -> RegistryError {
    switch answer.response.status {
    case 404: answer.failure(.blobNotFound(blob.digest))
    case 416: answer.failure(.network(.wrongRange(host: answer.url.origin.description, .notSatisfiable)))
    default: unsuccessful(answer)
    }
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
  private let began: @Sendable () -> Void
  /// Bytes that may still come.
  private let room = Mutex<Int64>(0)

  /// - Parameter began: told once the bytes asked for begin to come.
  init(
    blob: Descriptor, range: ByteRange, isPartial: Bool, host: HTTPOrigin, receiver: any BlobReceiver,
    began: @escaping @Sendable () -> Void = {}
  ) {
    self.blob = blob
    self.range = range
    self.isPartial = isPartial
    self.host = host
    self.receiver = receiver
    self.began = began
  }

  func receive(head: TransportResponse) throws {
    let offset = head.status == 206 ? try offset(of: head) : 0
    if head.status == 200 {
      if let length = head.headers.first(name: "content-length").flatMap({ Int64($0) }), length != blob.size {
        if head.isWebPage { throw RegistryError(.network(.webPage(host: host.description))) }
        throw RegistryError(.sizeMismatch(blob.digest, expected: blob.size, found: length))
      }
      room.withLock { $0 = blob.size }
    }
    began()
    try receiver.begin(at: offset, isWhole: head.status == 200)
  }

  private func offset(of head: TransportResponse) throws -> Int64 {
    guard isPartial else { throw wrong(.unasked) }
    if let coding = head.headers.first(name: "content-encoding"), coding.lowercased() != "identity" {
      throw wrong(.encoded)
    }
    let fields = head.headers["content-range"]
    guard fields.count == 1 else {
      throw wrong(fields.isEmpty ? .noContentRange : .severalContentRanges)
    }
    guard let content = ContentRange(parsing: fields[0]), let served = content.range else {
      throw wrong(.unreadableContentRange)
    }
    guard content.total == nil || content.total == blob.size else { throw wrong(.otherSize) }
    guard served.lowerBound == range.lowerBound, served.upperBound <= range.upperBound else {
      throw wrong(.otherRange)
    }
    room.withLock { $0 = served.upperBound - served.lowerBound }
    return served.lowerBound
  }

  private func wrong(_ fault: RangeFault) -> RegistryError {
    RegistryError(.network(.wrongRange(host: host.description, fault)))
  }

  func receive(bytes: UnsafeRawBufferPointer) throws {
    let fits = room.withLock { room in
      room -= Int64(bytes.count)
      return room >= 0
    }
    guard fits else { throw RegistryError(.bodyTooLong(blob.digest, size: blob.size)) }
    try receiver.receive(bytes)
  }

  var pause: ReceiverPause? { receiver.pause }
}
