import BlobTransfer
import HTTPAccess
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
  /// - Throws: ``UpstreamError``; `CredentialError`; `RegistryError` where a file of trusted certificates cannot be read; what
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
    let pins = try pins(settings, now: now)
    return try await with(access, settings) { pull, fromDisk in
      let folder = try settings.cache.map { try CacheFolder(FilePath($0.folder), limit: $0.size) }
      let blobs = folder.map {
        BlobCache($0, pull, memory: ReadAheadMemory(settings.limits.memory), observe: { observe(.cache($0)) })
      }
      let gateway = ArchiveGateway(
        pull, access: access, rule: settings.rule, limits: settings.limits, pins: pins,
        here: LocalBlobs(onDisk: { settings.onDisk().blobs[$0] }, cache: blobs),
        disk: DiskImages(
          settings.onDisk, changing: settings.pushed?.images, access: access, pull: fromDisk,
          shelf: ArchiveShelf(fromDisk, clock: clock)), clock: clock, words: settings.words
      ) { event in
        switch event {
        case .pinsNotWritten(let error):
          observe(.pinsNotWritten(path: settings.pinFile ?? "", detail: "\(error)"))
        case .cut(let images, let error): observe(.archiveCut(images: images, error))
        }
      }
      var handlers: [any RequestHandler] = [
        gateway, GatewayAPI(gateway, hasCache: settings.cache != nil, clock: clock),
      ]
      if let blobs {
        handlers.append(
          try cachedRegistry(settings, pull, blobs, gateway.budget, clock: clock, now: now) { observe(.cache($0)) })
      }
      let parts = UpstreamParts(handlers: handlers, lendsLogin: try await lendsLogin(settings))
      return try await body(parts)
    }
  }

  /// Opens what asks registries, and what asks the disk as if it were one.
  private static func with<Result>(
    _ access: RegistryAccess, _ settings: UpstreamSettings, isolation: isolated (any Actor)? = #isolation,
    _ body: (ImagePull, _ fromDisk: ImagePull) async throws -> Result
  ) async throws -> Result {
    var disk = RegistryAccess(credentials: NoCredentials())
    let pushed: [any RequestHandler] = settings.pushed.map { [$0] } ?? []
    let handlers = pushed + [DiskRegistry(settings.onDisk, changing: settings.pushed?.images)]
    disk.standIn = { DiskTransport(registry: $0, handlers: handlers) }
    return try await ImagePull.with(access, registries: settings.rule.registries) { pull in
      try await ImagePull.with(disk) { try await body(pull, $0) }
    }
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
    _ settings: UpstreamSettings, now: @escaping @Sendable () -> Int64
  ) throws(UpstreamError) -> TagPins {
    do { return try TagPins(in: settings.pinFile.map { FilePath($0) }, now: now) } catch {
      throw .pinFile(path: settings.pinFile ?? "", detail: "\(error)")
    }
  }

  private static func cachedRegistry(
    _ settings: UpstreamSettings, _ pull: ImagePull, _ blobs: BlobCache, _ budget: DownloadBudget,
    clock: any Clock<Duration>, now: @escaping @Sendable () -> Int64,
    observe: @escaping @Sendable (any Error) -> Void
  ) throws(UpstreamError) -> CachedRegistry {
    let file = blobs.folder.path.appending("tags")
    let tags: TagPins
    do { tags = try TagPins(in: file, lifetime: CachedManifests.tagLifetime, now: now) } catch {
      throw UpstreamError.pinFile(path: file.string, detail: "\(error)")
    }
    return CachedRegistry(
      settings.rule, pull,
      manifests: CachedManifests(blobs.folder, tags: tags, pull, clock: clock, observe: observe),
      lists: CachedLists(pull, clock: clock, now: now, observe: observe), blobs: blobs, budget: budget,
      patience: .beforeHead(clock))
  }

  private static func lendsLogin(_ settings: UpstreamSettings) async throws -> Bool {
    for registry in settings.rule.registries {
      let query = CredentialQuery(registry: registry.description, repository: "")
      if try await settings.access.login.credentials.credential(for: query) != nil { return true }
    }
    return false
  }
}
