import BlobTransfer
import FileAccess
import HTTPAccess
import ImageArchive
import ImageCopy
import ImageModel
import RegistryAuth
import SystemPackage
import Waiting

/// The parts of a server that ask registries for others: archives by URL, and what the page asks.
public struct UpstreamParts: Sendable {
  /// In the order in which they are asked.
  public let handlers: [any RequestHandler]
  /// Whether a login of the server's opens a registry to whoever reaches it.
  public let lendsLogin: Bool

  /// Serves for as long as `body` runs, and closes all connections to registries on every exit.
  ///
  /// - Parameter observe: told what the operator should know; from any task.
  /// - Throws: ``UpstreamError``; ``ServerError``; `CredentialError`; `RegistryError` where a file of trusted certificates cannot be read; what
  ///   `body` throws.
  public static func with<Result>(
    _ settings: UpstreamSettings, isolation: isolated (any Actor)? = #isolation,
    observe: @escaping @Sendable (UpstreamEvent) -> Void, _ body: (UpstreamParts) async throws -> Result
  ) async throws -> Result {
    try await with(settings, clock: ContinuousClock(), now: WallClock.seconds, observe: observe, body)
  }

  /// - Parameters:
  ///   - clock: never goes back.
  ///   - now: seconds since 1970.
  package static func with<Result>(
    _ settings: UpstreamSettings, isolation: isolated (any Actor)? = #isolation, clock: any Clock<Duration>,
    now: @escaping @Sendable () -> Int64, observe: @escaping @Sendable (UpstreamEvent) -> Void,
    _ body: (UpstreamParts) async throws -> Result
  ) async throws -> Result {
    let access = try access(settings)
    let pins = try pins(settings, now: now, observe: observe)
    let budget = DownloadBudget(settings.limits, clock: clock)
    return try await ImagePull.with(access, registries: settings.rule.registries) { pull in
      let cache = try Cache(settings, pull, budget, clock: clock, now: now) { observe(.cache($0)) }
      return try await ImagePull.with(disk(settings, cache)) { fromDisk in
        let gateway = ArchiveGateway(
          pull, access: access, rule: settings.rule, memory: settings.limits.memory, budget: budget, pins: pins,
          here: LocalBlobs(onDisk: { try await blob($0, settings) }, cache: cache?.blobs),
          disk: DiskImages(
            settings.onDisk, changing: settings.pushed?.images,
            cached: { settings.rule.allows($0.registry) ? cache?.manifests.lastDigest(of: $0) : nil },
            cachedTags: { settings.rule.allows($0.registry) ? cache?.manifests.lastTags(of: $0) ?? [] : [] },
            access: access, pull: fromDisk, shelf: ArchiveShelf(fromDisk, clock: clock)), clock: clock,
          words: settings.words
        ) { event in
          switch event {
          case .pinsNotWritten(let error):
            observe(.pinsNotWritten(path: settings.pinFile ?? "", detail: "\(error)"))
          case .cut(let images, let error): observe(.archiveCut(images: images, error))
          }
        }
        let handlers: [(any RequestHandler)?] = [
          gateway, GatewayAPI(gateway, hasCache: cache != nil, clock: clock), cache?.registry,
        ]
        let parts = UpstreamParts(handlers: handlers.compactMap(\.self), lendsLogin: try await lendsLogin(settings))
        return try await body(parts)
      }
    }
  }

  /// A blob on the disk that is served, or one that was pushed.
  private static func blob(_ digest: Digest, _ settings: UpstreamSettings) async throws -> StoredBlob? {
    if let served = settings.onDisk().blobs[digest] { return served }
    guard let pushed = settings.pushed?.images else { return nil }
    return try await Workers.current.run { pushed.content(of: digest).map { StoredBlob(digest: digest, content: $0) } }
  }

  /// The way to what is here, as if it were in registries.
  private static func disk(_ settings: UpstreamSettings, _ cache: Cache?) -> RegistryAccess {
    var disk = RegistryAccess(credentials: NoCredentials())
    let handlers: [(any RequestHandler)?] = [
      settings.pushed, DiskRegistry(settings.onDisk, changing: settings.pushed?.images), cache?.registry,
    ]
    disk.standIn = { DiskTransport(registry: $0, handlers: handlers.compactMap(\.self)) }
    return disk
  }

  /// The way to registries, held to the addresses that a server may connect to for others.
  private static func access(_ settings: UpstreamSettings) throws(UpstreamError) -> RegistryAccess {
    var access = settings.access
    // A prompt would ask whoever happens to sit at the server.
    access.login.prompt = nil
    if access.login.refusalLifetime == nil { access.login.refusalLifetime = .seconds(300) }
    let named = settings.rule.registries.flatMap { registry in
      [registry.host, HTTPOrigin(registry, scheme: .https)?.host].compactMap(\.self)
    }
    let realms = access.login.trustedRealmHosts.compactMap { (try? RegistryName(parsing: $0))?.host }
    access.network.addressRule = AddressRule(naming: Set(named + realms))
    if settings.rule.isOpen, access.mayUseProxy { throw .openThroughProxy }
    return access
  }

  private static func pins(
    _ settings: UpstreamSettings, now: @escaping @Sendable () -> Int64, observe: (UpstreamEvent) -> Void
  ) throws -> TagPins {
    do { return try TagPins(in: settings.pinFile.map { FilePath($0) }, now: now) } catch {
      let (path, detail) = (settings.pinFile ?? "", "\(error)")
      guard settings.canLackPins else { throw UpstreamError.pinFile(path: path, detail: detail) }
      observe(.pinsNotWritten(path: path, detail: detail))
      return try TagPins(in: nil, now: now)
    }
  }

  private static func cacheFolder(_ path: String, limit: Int64) throws -> CacheFolder {
    do { return try CacheFolder(FilePath(path), limit: limit) } catch {
      guard case .lockedByOther(let path) = error else { throw error }
      throw ServerError.folderInUse(path)
    }
  }

  /// What is kept of registries.
  private struct Cache {
    let blobs: BlobCache
    let manifests: CachedManifests
    let registry: CachedRegistry

    /// - Returns: nil where nothing is to be kept.
    init?(
      _ settings: UpstreamSettings, _ pull: ImagePull, _ budget: DownloadBudget, clock: any Clock<Duration>,
      now: @escaping @Sendable () -> Int64, observe: @escaping @Sendable (any Error) -> Void
    ) throws {
      guard let kept = settings.cache else { return nil }
      let folder = try UpstreamParts.cacheFolder(kept.folder, limit: kept.size)
      blobs = BlobCache(folder, observe: observe)
      let file = folder.path.appending("tags")
      let tags: TagPins
      do { tags = try TagPins(in: file, lifetime: CachedManifests.tagLifetime, now: now) } catch {
        throw UpstreamError.pinFile(path: file.string, detail: "\(error)")
      }
      manifests = CachedManifests(folder, tags: tags, pull, clock: clock, observe: observe)
      registry = CachedRegistry(
        settings.rule, pull, manifests: manifests,
        lists: CachedLists(pull, clock: clock, now: now, observe: observe), blobs: blobs,
        memory: ReadAheadMemory(settings.limits.memory), budget: budget,
        patience: .beforeHead(clock))
    }
  }

  private static func lendsLogin(_ settings: UpstreamSettings) async throws -> Bool {
    for registry in settings.rule.registries {
      let query = CredentialQuery(registry: registry.description, repository: "")
      if try await settings.access.login.credentials.credential(for: query) != nil { return true }
    }
    return false
  }
}
