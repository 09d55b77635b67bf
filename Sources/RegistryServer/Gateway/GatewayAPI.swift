import HTTPAccess
import HTTPTypes
import ImageCopy
import ImageLists
import ImageModel
import Synchronization
import Waiting

/// What the page asks about images and downloads: `/api/gateway`, `/api/image`, `/api/tags`, `/api/downloads/ID`. All answers
/// are JSON.
final class GatewayAPI: RequestHandler {
  /// Tags that are listed at most.
  private static let tagLimit = 1_000
  private static let folder = "/api/"
  private static let kept = (limit: 256, lifetime: Duration.seconds(3_600))

  private let gateway: ArchiveGateway
  private let hasCache: Bool
  private let inspections: Mutex<BoundedTable<Question, Inspection>>
  private let work = SharedWork<Question, Inspection>()
  private let time: Stopwatch

  private struct Question: Sendable, Hashable {
    let reference: ImageReference
    let platform: Platform?
    let source: Source
  }

  /// Who is asked for an image.
  private enum Source: Sendable, Hashable {
    case registries, disk
  }

  init(_ gateway: ArchiveGateway, hasCache: Bool, clock: any Clock<Duration>) {
    self.gateway = gateway
    self.hasCache = hasCache
    time = Stopwatch(clock)
    inspections = Mutex(BoundedTable(limit: Self.kept.limit, lifetime: Self.kept.lifetime))
  }

  func answer(_ request: ServerRequest) async throws -> ServerAnswer? {
    guard request.path.hasPrefix(Self.folder) else { return nil }
    let parts = request.path.dropFirst(Self.folder.count).split(separator: "/", omittingEmptySubsequences: false)
    do {
      switch parts.map(String.init) {
      case ["gateway"]: return try reading(request) { .json(state) }
      case ["image"]:
        try reading(request) {}
        return .json(try await image(request))
      case ["tags"]:
        try reading(request) {}
        return .json(try await tags(request))
      case let parts where parts.count == 2 && parts[0] == "downloads":
        return try reading(request) { .json(try download(parts[1])) }
      default: return nil
      }
    } catch let error as CancellationError {
      throw error
    } catch {
      try Task.checkCancellation()
      return gateway.failure(error, request)
    }
  }

  private func reading<Result>(_ request: ServerRequest, _ body: () throws -> Result) throws -> Result {
    guard request.method == .get || request.method == .head else {
      throw GatewayError.methodNotAllowed(request.method.rawValue)
    }
    return try body()
  }

  // MARK: The gateway

  private struct State: Encodable {
    let upstreams: [String]
    let isOpen: Bool
    let cache: Bool
  }

  private var state: State {
    State(upstreams: gateway.rule.registries.map(\.description), isOpen: gateway.rule.isOpen, cache: hasCache)
  }

  // MARK: Images

  private func name(in request: ServerRequest) throws(GatewayError) -> String {
    guard let text = request.value(of: "name"), !text.allSatisfy(\.isWhitespace) else { throw .noImage }
    return text
  }

  private struct ImageAnswer: Encodable {
    struct Entry: Encodable {
      let platform: String?
      let digest: String
      let size: Int64?
    }
    struct Archive: Encodable {
      let path: String
      let size: Int64
      let fileName: String
    }
    struct Layer: Encodable {
      let digest: String
      let size: Int64
    }

    let typed: String
    let name: String
    let reference: String
    let registry: String
    let repository: String
    let tag: String?
    let digest: String
    let platforms: [Entry]
    let platform: String?
    let archive: Archive?
    let layers: [Layer]?
  }

  private func image(_ request: ServerRequest) async throws -> ImageAnswer {
    let name = try name(in: request)
    let text = request.value(of: "platform").flatMap { $0.isEmpty ? nil : $0 } ?? PastedCommand.platform(in: name)
    let platform = try text.map { text in
      guard let platform = try? Platform(parsing: text) else {
        throw GatewayError.parameter(name: "platform", value: text)
      }
      return platform
    }
    let disk = gateway.disk
    return try await gateway.answer(
      having: try? disk.image(typed: name, exactly: true), byPath: { try disk.image(typed: name, exactly: false) },
      fromRegistries: { [self] in
        let named = try await gateway.names.image(typed: name) { try gateway.budget.lookUp(request.client) }
        var reference = named
        if reference.digest == nil {
          try gateway.budget.lookUp(request.client)
          reference = reference.with(digest: try await gateway.lookUp(reference))
        }
        let question = Question(reference: reference, platform: platform, source: .registries)
        return try await image(question, named, typed: name, request)
      },
      fromDisk: { [self] named, _ in
        guard let digest = disk.digest(of: named) else { throw GatewayError.fileGone }
        let question = Question(reference: named.with(digest: digest), platform: platform, source: .disk)
        return try await image(question, named, typed: name, request)
      })
  }

  private func image(
    _ question: Question, _ named: ImageReference, typed: String, _ request: ServerRequest
  ) async throws -> ImageAnswer {
    let reference = question.reference
    let found = try await inspection(question, request)
    if case .artifact(let kind)? = found.content?.kind { throw ResolveError.notAnImage(named, kind) }
    let archive = try await archive(question, found, request)
    return ImageAnswer(
      typed: typed, name: "\(named)", reference: named.qualifiedName + (named.digest.map { "@\($0)" } ?? ""),
      registry: "\(reference.registry)", repository: reference.repository, tag: reference.tag,
      digest: "\(found.digest)",
      platforms: found.platforms.map {
        .init(platform: $0.platform?.description, digest: "\($0.digest)", size: $0.size)
      },
      platform: archive?.platform, archive: archive?.entry,
      layers: found.content?.manifest.layers.map { .init(digest: "\($0.digest)", size: $0.size) })
  }

  private func inspection(_ question: Question, _ request: ServerRequest) async throws -> Inspection {
    if let known = inspections.withLock({ $0[question, at: time.elapsed] }) { return known }
    try count(question.source, request)
    return try await work.value(for: question) { [self] in
      let pull = question.source == .disk ? gateway.disk.pull : gateway.pull
      let found = try await pull.inspect(question.reference, platform: question.platform) { _ in }
      inspections.withLock { $0[question, at: time.elapsed] = found }
      return found
    }
  }

  /// Questions to registries alone are counted.
  private func count(_ source: Source, _ request: ServerRequest) throws {
    if source == .registries { try gateway.budget.lookUp(request.client) }
  }

  /// The archive of the image for the chosen platform; nil where the index has none for this machine's and no other was
  /// asked for.
  private func archive(
    _ question: Question, _ found: Inspection, _ request: ServerRequest
  ) async throws -> (entry: ImageAnswer.Archive, platform: String)? {
    guard found.content != nil else { return nil }
    let wanted = ArchiveRequest(question.reference, platform: question.platform)
    let shelf = question.source == .disk ? gateway.disk.shelf : gateway.shelf
    let archive = try await shelf.archive(wanted) { try count(question.source, request) }
    let entry = ImageAnswer.Archive(path: wanted.location, size: archive.plan.size, fileName: wanted.fileName)
    return (entry, "\(archive.images.first?.platforms.first ?? question.platform ?? .host)")
  }

  // MARK: Tags

  private struct TagAnswer: Encodable {
    let repository: String
    let tags: [String]
    let isCut: Bool
  }

  private func tags(_ request: ServerRequest) async throws -> TagAnswer {
    let name = try name(in: request)
    let disk = gateway.disk
    return try await gateway.answer(
      having: try? disk.repository(typed: name, exactly: true),
      byPath: { try disk.repository(typed: name, exactly: false) },
      fromRegistries: { [gateway] in
        let count = { try gateway.budget.lookUp(request.client) }
        let named = try await gateway.names.repository(typed: name, count: count)
        try count()
        return Self.answer(named, try await gateway.pull.tags(of: named) { _ in })
      }, fromDisk: { named, _ in Self.answer(named, try await disk.tags(of: named)) })
  }

  private static func answer(_ named: ImageReference, _ tags: [String]) -> TagAnswer {
    let newestFirst = tags.filter { $0 == "latest" } + tags.reversed().filter { $0 != "latest" }
    return TagAnswer(
      repository: named.qualifiedRepository, tags: Array(newestFirst.prefix(tagLimit)),
      isCut: tags.count > tagLimit)
  }

  // MARK: Downloads

  private func download(_ id: String) throws -> WatchedDownload.Report {
    guard let download = gateway.downloads[id] else { throw GatewayError.unknownDownload(id) }
    return download.report(id)
  }
}

extension ArchiveRequest {
  /// An image under its own name.
  init(_ reference: ImageReference, platform: Platform?) {
    var image = RequestedImage(reference: reference)
    image.platforms = .one(platform)
    image.tagIsLabel = true
    images = [image]
    form = .ociAndDocker
    part = .all
    volumeSize = nil
  }
}
