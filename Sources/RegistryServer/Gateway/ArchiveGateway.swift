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

  let rule: UpstreamRule
  let pull: ImagePull
  let budget: DownloadBudget
  let downloads: DownloadBoard
  let shelf: ArchiveShelf
  let names: NameSearch
  /// With all that precedes an answer.
  private let longPatience: UpstreamPatience
  /// The same where the disk has what is asked for.
  private let shortPatience: UpstreamPatience
  let pins: TagPins
  let disk: DiskImages
  private let lookUps = SharedWork<ImageReference, Digest>()
  private let reader: ArchiveReader
  private let checksums: ArchiveChecksums
  private let words: ErrorWords
  private let observe: @Sendable (GatewayEvent) -> Void
  private let hasToldOfPins = Mutex(false)

  /// What the operator should know.
  enum GatewayEvent: Sendable {
    /// Which image a tag stands for is not kept over a restart.
    case pinsNotWritten(Errno)
    /// An archive was cut short.
    case cut(images: [String], any Error)
  }

  init(
    _ pull: ImagePull, access: RegistryAccess, rule: UpstreamRule, memory: Int64, budget: DownloadBudget, pins: TagPins,
    here: LocalBlobs, disk: DiskImages,
    clock: any Clock<Duration>, words: @escaping ErrorWords, observe: @escaping @Sendable (GatewayEvent) -> Void
  ) {
    self.pull = pull
    self.rule = rule
    self.pins = pins
    self.words = words
    self.observe = observe
    self.disk = disk
    longPatience = .beforeHead(clock)
    shortPatience = .withFormer(clock)
    self.budget = budget
    downloads = DownloadBoard(clock: clock)
    shelf = ArchiveShelf(pull, clock: clock)
    names = NameSearch(pull, access: access, rule: rule, clock: clock)
    reader = ArchiveReader(here, memory: memory, clock: clock)
    checksums = ArchiveChecksums(reader, clock: clock)
  }

  func answer(_ request: ServerRequest) async throws -> ServerAnswer? {
    guard ArchiveRequest.isMeant(by: request.path) else { return nil }
    do {
      return try await answer(
        having: try? disk.wanted(by: request, exactly: true),
        byPath: { try await disk.wanted(by: request, exactly: false) },
        fromRegistries: { [self] in
          let find: (String) async throws -> ImageReference = { [self] text in
            try await names.image(typed: text) { try budget.lookUp(request.client) }
          }
          guard let wanted = try await ArchiveRequest(request, finding: find) else { return nil }
          return try await answer(wanted, to: request)
        }, fromDisk: { [self] in try await answer(fromDisk: $0, mayMove: $1, to: request) })
    } catch let error as CancellationError {
      throw error
    } catch {
      try Task.checkCancellation()
      return failure(error, request)
    }
  }

  /// - Parameter hasAnswer: whether there is an answer without registries.
  func patience(hasAnswer: Bool) -> UpstreamPatience { hasAnswer ? shortPatience : longPatience }

  func failure(_ error: any Error, _ request: ServerRequest) -> ServerAnswer {
    let failure = GatewayFailure(error)
    let retryAfter: Int64? =
      switch error as? GatewayError {
      case .tooManyLookups: budget.secondsLeft
      case .tooManyDownloads: 10
      case .fileGone: 5
      default:
        switch failure.status {
        case .serviceUnavailable: 60
        case .badGateway, .gatewayTimeout: 30
        default: nil
        }
      }
    return failure.answer(words(error, request.fields[.acceptLanguage]), to: request, retryAfter: retryAfter)
  }

  private func answer(_ wanted: ArchiveRequest, to request: ServerRequest) async throws -> ServerAnswer {
    let range = try range(of: request)
    let pinned = try await pinned(wanted, isBlind: isBlind(range, request), request)
    let archive: PlannedArchive
    do {
      archive = try await shelf.archive(pinned) { try budget.lookUp(request.client) }
    } catch {
      let failure = (error as? FailedImage)?.error ?? error as? any ClassifiedError
      guard Self.isRest(range), failure?.failureClass == .notFound, !(error is GatewayError) else { throw error }
      throw GatewayError.gone(pinned.images[0].reference)
    }
    return try await answer(pinned, archive, range, isOfDisk: false, to: request)
  }

  func range(of request: ServerRequest) throws(GatewayError) -> SingleRange? {
    guard request.method == .get, let field = request.fields[.range] else { return nil }
    return try SingleRange(parsing: field)
  }

  private static func isRest(_ range: SingleRange?) -> Bool { range.map { !$0.isFromStart } ?? false }

  /// Whether the rest of an archive is asked for by somebody who does not say of what: who does learns by the answer's tag
  /// whether it is still that.
  func isBlind(_ range: SingleRange?, _ request: ServerRequest) -> Bool {
    Self.isRest(range) && request.fields[.ifRange] == nil
  }

  /// The same with the digest of every image: the same one for as long as somebody may come back for the rest.
  private func pinned(_ wanted: ArchiveRequest, isBlind: Bool, _ request: ServerRequest) async throws -> ArchiveRequest
  {
    var pinned = wanted
    for (index, image) in wanted.images.enumerated() where image.reference.digest == nil {
      let reference = image.reference
      let name = reference.qualifiedName
      if isBlind, pins.hasMoved(name) { throw GatewayError.tagMoved(reference) }
      var digest = pins.digest(of: name)
      if digest == nil {
        guard !isBlind else { throw GatewayError.tagNotPinned(reference) }
        try budget.lookUp(request.client)
        let found = try await lookUp(reference)
        do { digest = try await pins.keep(found, for: name) } catch let error as Errno {
          tell(error)
          digest = pins.digest(of: name)
        }
      }
      pinned.images[index].reference = reference.with(digest: digest)
    }
    return pinned
  }

  /// What a tag stands for at its registry, which is asked once for all who want it at the same time.
  func lookUp(_ reference: ImageReference) async throws -> Digest {
    try await lookUps.value(for: reference) { [pull] in try await pull.digest(of: reference) { _ in } }
  }

  /// Keeps what a tag stands for now, whatever it stood for.
  func note(_ digest: Digest, for name: String) async throws {
    do { _ = try await pins.keep(digest, for: name, replaces: true) } catch let error as Errno {
      tell(error)
    }
  }

  private func tell(_ error: Errno) {
    let isFirst = hasToldOfPins.withLock { hasTold in
      defer { hasTold = true }
      return !hasTold
    }
    if isFirst { observe(.pinsNotWritten(error)) }
  }

  func answer(
    _ wanted: ArchiveRequest, _ archive: PlannedArchive, _ asked: SingleRange?, isOfDisk: Bool,
    to request: ServerRequest
  ) async throws -> ServerAnswer {
    var place = 0..<archive.plan.size
    if case .checksum = wanted.part { return try checksum(wanted, archive, isOfDisk: isOfDisk, to: request) }
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
    switch Precondition(request.fields, tag: tag) {
    case .met: break
    case .known: return ServerAnswer(.notModified, fields, body: .head(length: 0))
    case .failed: throw GatewayError.gone(wanted.images[0].reference)
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
    try reader.checkParts(of: archive, in: start..<place.lowerBound + range.upperBound)
    let permit = try budget.enter(request.client)
    let send = sender(
      wanted, archive, start..<place.lowerBound + range.upperBound, in: place, isOfDisk: isOfDisk, request, permit)
    return ServerAnswer(status, fields, body: .stream(length: range.upperBound - range.lowerBound, send: send))
  }

  private func sender(
    _ wanted: ArchiveRequest, _ archive: PlannedArchive, _ range: Range<Int64>, in place: Range<Int64>,
    isOfDisk: Bool, _ request: ServerRequest, _ permit: DownloadBudget.Permit
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
      do { try await reader.send(archive, range, asksRegistries: !isOfDisk, to: sink) } catch {
        // A client that went away is nothing to tell.
        if !(error is CancellationError || error is ChannelError || error is IOError) {
          observe(.cut(images: plan.images, error))
        }
        throw error
      }
    }
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

  // MARK: Checksums

  /// What `sha256sum` prints of the file, or of its volumes. Where it is not known, all of it is read for that.
  private func checksum(
    _ wanted: ArchiveRequest, _ archive: PlannedArchive, isOfDisk: Bool, to request: ServerRequest
  ) throws -> ServerAnswer {
    let names = wanted.volumeNames(size: archive.plan.size)
    let length = names.reduce(Int64(0)) { $0 + 64 + 2 + Int64($1.utf8.count) + 1 }
    let fields: HTTPFields = [
      .contentType: "text/plain; charset=utf-8", .xContentTypeOptions: "nosniff", .contentLocation: wanted.location,
      .cacheControl: "no-cache",
    ]
    guard request.method == .get else { return ServerAnswer(.ok, fields, body: .head(length: length)) }
    if let known = checksums.known(archive, volumeSize: wanted.volumeSize) {
      return ServerAnswer(.ok, fields, body: .bytes(ByteBuffer(string: known)))
    }
    let permit = try budget.enter(request.client)
    return ServerAnswer(
      .ok, fields,
      body: .stream(length: length) { [self] writer in
        let text = try await checksums.text(
          of: archive, isOfDisk: isOfDisk, volumeSize: wanted.volumeSize, names: names)
        try await writer.write(ByteBuffer(string: text))
        withExtendedLifetime(permit) {}
      })
  }
}
