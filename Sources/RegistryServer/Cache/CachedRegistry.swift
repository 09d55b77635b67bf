import BlobTransfer
import HTTPTypes
import ImageCopy
import ImageModel
import NIOCore
import RegistryClient
import Synchronization
import Waiting

/// The registries that may be asked, under `/v2/`: what is asked for is kept, and given again without them.
///
/// Which registry is meant `?ns=` says, or the beginning of the path, else it is Docker Hub. Of one that may not be asked there
/// is nothing here.
final class CachedRegistry: RequestHandler {
  private let rule: UpstreamRule
  private let pull: ImagePull
  private let manifests: CachedManifests
  private let lists: CachedLists
  private let blobs: BlobCache
  private let memory: ReadAheadMemory
  private let budget: DownloadBudget
  private let patience: UpstreamPatience
  private let sizes = SharedWork<ImageReference, Int64?>()
  private let permits = Mutex<[Digest: SharedPermit]>([:])

  /// Held by all who wait for the same blob.
  private struct SharedPermit {
    weak var permit: DownloadBudget.Permit?
  }

  /// - Parameters:
  ///   - memory: for what is fetched ahead.
  ///   - budget: counts blobs that registries are asked for.
  ///   - patience: with all that precedes an answer.
  init(
    _ rule: UpstreamRule, _ pull: ImagePull, manifests: CachedManifests, lists: CachedLists, blobs: BlobCache,
    memory: ReadAheadMemory, budget: DownloadBudget, patience: UpstreamPatience
  ) {
    self.rule = rule
    self.pull = pull
    self.manifests = manifests
    self.lists = lists
    self.blobs = blobs
    self.memory = memory
    self.budget = budget
    self.patience = patience
  }

  func answer(_ request: ServerRequest) async throws -> ServerAnswer? {
    guard request.method == .get || request.method == .head, let path = DistributionPath(request.path) else {
      return nil
    }
    do {
      return try await patience.soon { try await self.answer(request, path) }
    } catch let error as CancellationError {
      throw error
    } catch let refusal as DistributionRefusal {
      return refusal.answer
    } catch {
      return Self.refusal(error, path).answer
    }
  }

  private func answer(_ request: ServerRequest, _ path: DistributionPath) async throws -> ServerAnswer? {
    switch path {
    case .manifest(let name, let reference):
      guard let place = try place(name, request) else { return nil }
      return try await manifest(place, reference, request)
    case .blob(let name, let digest):
      guard let place = try place(name, request) else { return nil }
      return try await blob(place, digest, request)
    case .tags(let name):
      guard let place = try place(name, request) else { return nil }
      return try await tags(place, name, request)
    case .referrers(let name, let digest):
      guard let place = try place(name, request) else { return nil }
      return try await referrers(place, digest, request)
    case .root, .catalog, .uploads, .upload: return nil
    }
  }

  /// The repository that is meant; nil where its registry may not be asked.
  private func place(_ name: String, _ request: ServerRequest) throws -> ImageReference? {
    let reference: ImageReference
    do {
      if let namespace = request.value(of: "ns") {
        let registry = try RegistryName(parsing: namespace)
        let isOfficial = registry.isDockerHub && !name.contains("/")
        reference = try ImageReference(registry: registry, repository: isOfficial ? "library/\(name)" : name)
      } else {
        let named = try ImageReference(parsing: name)
        reference = try ImageReference(registry: rule.registry(inPath: named.registry), repository: named.repository)
      }
    } catch {
      throw DistributionRefusal(.nameInvalid, .badRequest, "this is no name of a repository")
    }
    return rule.allows(reference.registry) ? reference : nil
  }

  private func manifest(
    _ place: ImageReference, _ text: String, _ request: ServerRequest
  ) async throws -> ServerAnswer {
    let reference: ImageReference
    if text.contains(":") {
      guard let digest = try? Digest(parsing: text) else {
        throw DistributionRefusal(.digestInvalid, .badRequest, "this is no digest")
      }
      reference = place.with(digest: digest)
    } else {
      guard let tagged = try? place.with(tag: text) else {
        throw DistributionRefusal(.manifestUnknown, .notFound, "this is no tag")
      }
      reference = tagged
    }
    let found = try await manifests.manifest(reference)
    let descriptor = found.document.descriptor
    var fields = fields(descriptor.digest, request)
    fields[.contentType] = descriptor.mediaType.rawValue
    if found.isStale { fields[Self.warning] = Self.stale }
    if let answer = try request.conditionalAnswer(tag: Self.tag(descriptor.digest), fields) { return answer }
    return ServerAnswer(
      .ok, fields,
      body: request.method == .head ? .head(length: descriptor.size) : .bytes(ByteBuffer(bytes: found.document.bytes)))
  }

  private func tags(_ place: ImageReference, _ name: String, _ request: ServerRequest) async throws -> ServerAnswer? {
    let found = try await lists.list(.tags(place))
    guard case .tags(let tags) = found.list else { return nil }
    let page = try ListPage(of: tags.sorted(by: ServedImages.precedes), request)
    var fields = page.fields(request.path)
    if found.isStale { fields[Self.warning] = Self.stale }
    return ServerAnswer(.ok, fields, body: .json(TagList(name: name, tags: page.entries)))
  }

  private func referrers(
    _ place: ImageReference, _ text: String, _ request: ServerRequest
  ) async throws -> ServerAnswer? {
    guard let digest = try? Digest(parsing: text) else {
      throw DistributionRefusal(.digestInvalid, .badRequest, "this is no digest")
    }
    let found = try await lists.list(.referrers(place, of: digest))
    guard case .referrers(let known) = found.list else { return nil }
    // With 404 a client looks for the tag that holds the list there (distribution-spec, "Referrers Tag Schema").
    guard let known else {
      throw DistributionRefusal(.unsupported, .notFound, "the registry has no lists of referrers")
    }
    var answer = ServerAnswer.referrers(known, filter: request.value(of: "artifactType"))
    if found.isStale { answer.fields[Self.warning] = Self.stale }
    return answer
  }

  private func blob(_ place: ImageReference, _ text: String, _ request: ServerRequest) async throws -> ServerAnswer {
    guard let digest = try? Digest(parsing: text) else {
      throw DistributionRefusal(.digestInvalid, .badRequest, "this is no digest")
    }
    let known = try await blobs.stored(digest)?.size ?? manifests.size(of: digest)
    let asked = known == nil ? try await askedSize(of: digest, in: place) : nil
    guard let size = known ?? asked else {
      throw DistributionRefusal(.blobUnknown, .notFound, "the registry does not have this blob")
    }
    var fields = fields(digest, request)
    fields[.contentType] = "application/octet-stream"
    fields[.acceptRanges] = "bytes"
    if let answer = try request.conditionalAnswer(tag: Self.tag(digest), fields) { return answer }
    guard request.method == .get else { return ServerAnswer(.ok, fields, body: .head(length: size)) }
    var range = 0..<size
    var status = HTTPResponse.Status.ok
    // What is not one range is answered with all of it.
    if let field = request.fields[.range], let asked = try? SingleRange(parsing: field),
      request.fields[.ifRange].map({ $0 == fields[.eTag] }) ?? true
    {
      guard let bounds = asked.bounds(in: size) else {
        return ServerAnswer(.rangeNotSatisfiable, [.contentRange: "bytes */\(size)"])
      }
      (range, status) = (bounds, .partialContent)
      fields[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
    }
    let blob = Descriptor(mediaType: .ociLayer, digest: digest, size: size)
    let permit = try permit(for: digest, request)
    return ServerAnswer(
      status, fields,
      body: .stream(length: range.upperBound - range.lowerBound) { [blobs, range] writer in
        try await blobs.send(blob, range, to: writer) { [self] part, sink in
          try await pull.read(blob, part, in: place, memory: memory, into: sink) { _ in }
        }
        withExtendedLifetime(permit) {}
      })
  }

  private func askedSize(of digest: Digest, in place: ImageReference) async throws -> Int64? {
    try await sizes.value(for: place.with(digest: digest)) { [pull] in
      try await pull.size(of: digest, in: place) { _ in }
    }
  }

  /// The right to ask a registry for a blob, which is asked for once however many want it; nil where it is here.
  private func permit(for digest: Digest, _ request: ServerRequest) throws(GatewayError) -> DownloadBudget.Permit? {
    if blobs.isHere(digest) { return nil }
    return try permits.withLock { permits throws(GatewayError) -> DownloadBudget.Permit in
      if let known = permits[digest]?.permit { return known }
      let permit = try budget.enter(request.client)
      permits = permits.filter { $0.value.permit != nil }
      permits[digest] = SharedPermit(permit: permit)
      return permit
    }
  }

  private func fields(_ digest: Digest, _ request: ServerRequest) -> HTTPFields {
    var fields: HTTPFields = [
      .eTag: Self.tag(digest), .xContentTypeOptions: "nosniff", .contentSecurityPolicy: "sandbox",
    ]
    fields[Self.contentDigest] = "\(digest)"
    if let namespace = request.value(of: "ns"), let registry = try? RegistryName(parsing: namespace) {
      fields[Self.namespace] = "\(registry)"
    }
    return fields
  }

  private static func tag(_ digest: Digest) -> String { "\"\(digest)\"" }

  private static let contentDigest = name("Docker-Content-Digest")
  private static let namespace = name("OCI-Namespace")
  private static let warning = name("Warning")
  /// RFC 7234 §5.5.1; newer rules have no other word for it.
  private static let stale = "110 dray \"Response is Stale\""

  private static func name(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .eTag }

  /// What a registry's failure is called here. Nobody is asked for a login: that would be the registry's.
  private static func refusal(_ error: any Error, _ path: DistributionPath) -> DistributionRefusal {
    if case .tooManyDownloads? = error as? GatewayError {
      return DistributionRefusal(
        .tooManyRequests, .tooManyRequests, "too many downloads at the moment", fields: [.retryAfter: "10"])
    }
    if case .upstreamSilent? = error as? GatewayError {
      return DistributionRefusal(
        .unavailable, .gatewayTimeout, "the registry does not answer in time", fields: [.retryAfter: "30"])
    }
    let isBlob = if case .blob = path { true } else { false }
    switch (error as? any ClassifiedError)?.failureClass {
    case .notFound?:
      return isBlob
        ? DistributionRefusal(.blobUnknown, .notFound, "the registry does not have this blob")
        : DistributionRefusal(.manifestUnknown, .notFound, "the registry does not have this manifest")
    case .authentication?:
      return DistributionRefusal(.denied, .forbidden, "the registry does not give this to this server")
    case .rateLimit?:
      return DistributionRefusal(
        .tooManyRequests, .tooManyRequests, "the registry limits requests", fields: [.retryAfter: "60"])
    default:
      return DistributionRefusal(
        .unavailable, .badGateway, "the registry cannot be reached, or gives no answer of use",
        fields: [.retryAfter: "30"])
    }
  }
}
