import BlobTransfer
import FileAccess
import HTTPAccess
import HTTPTypes
import ImageArchive
import ImageCopy
import ImageModel
import NIOCore
import RegistryClient
import Synchronization
import SystemPackage
import Waiting

/// Archives by URL: `GET /archive/nginx:1.21.4.tar` streams what `dray pull` would write, with its length, a strong tag and
/// ranges, and keeps nothing on disk. What is here already is taken from here.
final class ArchiveGateway: RequestHandler {
  /// How much of an archive goes to the connection at once.
  private static let pieceSize = 256 << 10
  /// Blobs that came with wrong bytes, and for how long no part of them is given.
  private static let wrongBlobs = (limit: 1_024, lifetime: Duration.seconds(600))

  let rule: UpstreamRule
  let pull: ImagePull
  let budget: DownloadBudget
  let downloads: DownloadBoard
  let shelf: ArchiveShelf
  let names: NameSearch
  private let pins: TagPins
  private let here: LocalBlobs
  private let memory: ReadAheadMemory
  private let words: ErrorWords
  private let observe: @Sendable (GatewayEvent) -> Void
  private let checksums: Mutex<BoundedTable<ChecksumKey, String>>
  private let wrong: Mutex<BoundedTable<Digest, Bool>>
  private let time: Stopwatch

  /// What the operator should know.
  enum GatewayEvent: Sendable {
    /// Which image a tag stands for is not kept over a restart.
    case pinsNotWritten(Errno)
    /// An archive was cut short.
    case cut(images: [String], any Error)
  }

  private struct ChecksumKey: Sendable, Hashable {
    let fingerprint: Digest
    let volumeSize: Int64?
  }

  init(
    _ pull: ImagePull, access: RegistryAccess, rule: UpstreamRule, limits: UpstreamLimits, pins: TagPins,
    here: LocalBlobs,
    clock: any Clock<Duration>, words: @escaping ErrorWords, observe: @escaping @Sendable (GatewayEvent) -> Void
  ) {
    self.pull = pull
    self.rule = rule
    self.pins = pins
    self.here = here
    self.words = words
    self.observe = observe
    time = Stopwatch(clock)
    budget = DownloadBudget(limits, clock: clock)
    downloads = DownloadBoard(clock: clock)
    shelf = ArchiveShelf(pull, clock: clock)
    names = NameSearch(pull, access: access, rule: rule, clock: clock)
    memory = ReadAheadMemory(limits.memory)
    checksums = Mutex(BoundedTable(limit: 1_024))
    wrong = Mutex(BoundedTable(limit: Self.wrongBlobs.limit, lifetime: Self.wrongBlobs.lifetime))
  }

  func answer(_ request: ServerRequest) async throws -> ServerAnswer? {
    do {
      let find: (String) async throws -> ImageReference = { [self] text in
        try await names.image(typed: text) { try budget.lookUp(request.client) }
      }
      guard let wanted = try await ArchiveRequest(request, finding: find) else { return nil }
      return try await answer(wanted, to: request)
    } catch let error as CancellationError {
      throw error
    } catch {
      return failure(error, request)
    }
  }

  func failure(_ error: any Error, _ request: ServerRequest) -> ServerAnswer {
    let failure = GatewayFailure(error)
    let retryAfter: Int64? =
      switch error as? GatewayError {
      case .tooManyLookups: budget.secondsLeft
      case .tooManyDownloads: 10
      default: failure.status == .serviceUnavailable ? 60 : nil
      }
    return failure.answer(words(error, request.fields[.acceptLanguage]), to: request, retryAfter: retryAfter)
  }

  private func answer(_ wanted: ArchiveRequest, to request: ServerRequest) async throws -> ServerAnswer {
    let range = request.method == .get ? try request.fields[.range].flatMap { try SingleRange(parsing: $0) } : nil
    let wantsRest = range.map { !$0.isFromStart } ?? false
    let pinned = try await pinned(wanted, wantsRest: wantsRest, request)
    let archive: PlannedArchive
    do {
      archive = try await shelf.archive(pinned) { try budget.lookUp(request.client) }
    } catch {
      let failure = (error as? FailedImage)?.error ?? error as? any ClassifiedError
      guard wantsRest, failure?.failureClass == .notFound, !(error is GatewayError) else { throw error }
      throw GatewayError.gone(pinned.images[0].reference)
    }
    return try await answer(pinned, archive, range, to: request)
  }

  /// The same with the digest of every image: the same one for as long as somebody may come back for the rest.
  private func pinned(
    _ wanted: ArchiveRequest, wantsRest: Bool, _ request: ServerRequest
  ) async throws -> ArchiveRequest {
    // Who says what he has a part of learns by the answer's tag whether it is still that.
    let isBlind = wantsRest && request.fields[.ifRange] == nil
    var pinned = wanted
    for (index, image) in wanted.images.enumerated() where image.reference.digest == nil {
      let reference = image.reference
      let name = reference.qualifiedName
      if isBlind, pins.hasMoved(name) { throw GatewayError.tagMoved(reference) }
      var digest = pins.digest(of: name)
      if digest == nil {
        guard !isBlind else { throw GatewayError.tagNotPinned(reference) }
        try budget.lookUp(request.client)
        let found = try await pull.digest(of: reference) { _ in }
        do { digest = try await pins.keep(found, for: name) } catch let error as Errno {
          observe(.pinsNotWritten(error))
          digest = pins.digest(of: name)
        }
      }
      pinned.images[index].reference = reference.with(digest: digest)
    }
    return pinned
  }

  private func answer(
    _ wanted: ArchiveRequest, _ archive: PlannedArchive, _ asked: SingleRange?, to request: ServerRequest
  ) async throws -> ServerAnswer {
    var place = 0..<archive.plan.size
    if case .checksum = wanted.part { return try checksum(wanted, archive, to: request) }
    if case .volume(let number) = wanted.part, let size = wanted.volumeSize {
      let count = Int(clamping: (archive.plan.size + size - 1) / size)
      guard number <= count, count <= VolumeSize.countLimit else {
        throw GatewayError.noSuchVolume(number, count: count)
      }
      place = (Int64(number) - 1) * size..<min(Int64(number) * size, archive.plan.size)
    }
    let length = place.upperBound - place.lowerBound
    let tag = wanted.entityTag(archive)
    var fields = headFields(wanted, tag: tag)
    if let match = request.fields[.ifMatch], !Self.matches(match, tag) {
      throw GatewayError.gone(wanted.images[0].reference)
    }
    if let match = request.fields[.ifNoneMatch], Self.matches(match, tag) {
      return ServerAnswer(.notModified, fields, body: .head(length: 0))
    }
    guard request.method == .get else { return ServerAnswer(.ok, fields, body: .head(length: length)) }
    var range = 0..<length
    var status = HTTPResponse.Status.ok
    if let asked, request.fields[.ifRange].map({ $0 == tag }) ?? true {
      guard let bounds = asked.bounds(in: length) else {
        fields[.contentRange] = "bytes */\(length)"
        return ServerAnswer(.rangeNotSatisfiable, fields)
      }
      range = bounds
      status = .partialContent
      fields[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)"
    }
    let start = place.lowerBound + range.lowerBound
    try checkParts(of: archive, in: start..<place.lowerBound + range.upperBound)
    let permit = try budget.enter(request.client)
    let send = sender(wanted, archive, start..<place.lowerBound + range.upperBound, in: place, request, permit)
    return ServerAnswer(status, fields, body: .stream(length: range.upperBound - range.lowerBound, send: send))
  }

  /// A part of a blob cannot be checked: none is given of one that came with wrong bytes a while ago.
  private func checkParts(of archive: PlannedArchive, in range: Range<Int64>) throws(GatewayError) {
    for case .blob(let blob, let part) in archive.plan.segments(in: range) where part != 0..<blob.size {
      if wrong.withLock({ $0[blob.digest, at: time.elapsed] }) != nil { throw .wrongBytes(blob.digest) }
    }
  }

  private func sender(
    _ wanted: ArchiveRequest, _ archive: PlannedArchive, _ range: Range<Int64>, in place: Range<Int64>,
    _ request: ServerRequest, _ permit: DownloadBudget.Permit
  ) -> @Sendable (any AnswerWriter) async throws -> Void {
    let id = request.value(of: "id").flatMap { DownloadBoard.isName($0) ? $0 : nil }
    let plan = DownloadPlan(archive, in: place)
    return { [self] writer in
      let watched = id.map { downloads.begin($0, plan, at: range.lowerBound - place.lowerBound) }
      defer {
        watched?.ended()
        withExtendedLifetime(permit) {}
      }
      let sink = AnswerSink(
        writer, pieceSize: Self.pieceSize, position: range.lowerBound - place.lowerBound, watched: watched)
      do { try await send(archive, range, to: sink) } catch {
        if let digest = Self.wrongBlob(error) { wrong.withLock { $0[digest, at: time.elapsed] = true } }
        // A client that went away is nothing to tell.
        if !(error is CancellationError || error is ChannelError || error is IOError) {
          observe(.cut(images: plan.images, error))
        }
        throw error
      }
    }
  }

  /// Registries are asked for what is not here.
  private func send(_ archive: PlannedArchive, _ range: Range<Int64>, to sink: AnswerSink) async throws {
    // From `next` on nothing was sent yet.
    var (next, position) = (range.lowerBound, range.lowerBound)
    for segment in archive.plan.segments(in: range) {
      guard case .blob(let blob, let part) = segment else {
        if case .bytes(let bytes) = segment { position += Int64(bytes.count) }
        continue
      }
      let end = position + (part.upperBound - part.lowerBound)
      if here.has(blob.digest) {
        if next < position { try await archive.read(next..<position, memory: memory, into: sink) }
        next = position
        let isTrusted = wrong.withLock { $0[blob.digest, at: time.elapsed] } == nil
        if try await here.send(blob, part, trustsDisk: isTrusted, to: sink) { next = end }
      }
      position = end
    }
    if next < range.upperBound { try await archive.read(next..<range.upperBound, memory: memory, into: sink) }
  }

  private static func wrongBlob(_ error: any Error) -> Digest? {
    if case .wrongBytes(let digest)? = error as? GatewayError { return digest }
    if case .blobDigestMismatch(let digest, _)? = (error as? RegistryError)?.reason { return digest }
    return nil
  }

  private func headFields(_ wanted: ArchiveRequest, tag: String) -> HTTPFields {
    [
      .contentType: "application/x-tar", .eTag: tag, .acceptRanges: "bytes", .xContentTypeOptions: "nosniff",
      .contentDisposition: "attachment; filename=\"\(wanted.fileName)\"", .contentLocation: wanted.location,
      // A proxy on the way may keep a part, and asks again what the tag stands for.
      .cacheControl: "no-cache, no-transform",
      .contentSecurityPolicy: "sandbox",
    ]
  }

  private static func matches(_ field: String, _ tag: String) -> Bool {
    field.split(separator: ",").contains { $0.trimmed == tag || $0.trimmed == "*" }
  }

  // MARK: Checksums

  /// What `sha256sum` prints of the file, or of its volumes. Where it is not known, all of it is read for that.
  private func checksum(
    _ wanted: ArchiveRequest, _ archive: PlannedArchive, to request: ServerRequest
  ) throws -> ServerAnswer {
    let key = ChecksumKey(fingerprint: archive.plan.fingerprint, volumeSize: wanted.volumeSize)
    let names = wanted.volumeNames(size: archive.plan.size)
    let length = names.reduce(Int64(0)) { $0 + 64 + 2 + Int64($1.utf8.count) + 1 }
    let fields: HTTPFields = [
      .contentType: "text/plain; charset=utf-8", .xContentTypeOptions: "nosniff", .contentLocation: wanted.location,
      .cacheControl: "no-cache",
    ]
    guard request.method == .get else { return ServerAnswer(.ok, fields, body: .head(length: length)) }
    if let known = checksums.withLock({ $0[key, at: time.elapsed] }) {
      return ServerAnswer(.ok, fields, body: .bytes(ByteBuffer(string: known)))
    }
    let permit = try budget.enter(request.client)
    return ServerAnswer(
      .ok, fields,
      body: .stream(length: length) { [self] writer in
        let sink = ChecksumSink(volumeSize: wanted.volumeSize ?? archive.plan.size)
        try await archive.read(0..<archive.plan.size, memory: memory, into: sink)
        let text = zip(sink.digests, names).map { "\($0.hexadecimal)  \($1)\n" }.joined()
        checksums.withLock { $0[key, at: time.elapsed] = text }
        try await writer.write(ByteBuffer(string: text))
        withExtendedLifetime(permit) {}
      })
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    let start = drop { $0 == " " }
    return start.lastIndex { $0 != " " }.map { start[...$0] } ?? ""
  }
}
