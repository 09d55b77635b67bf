import ImageArchive
import ImageModel
import RegistryClient
import Synchronization

/// Pulls images: each reference becomes one archive that engines load.
///
/// ```swift
/// let pull = try ImagePull(RegistryAccess(credentials: NoCredentials()))
/// let result = try await pull.run(PullRequest(reference: try ImageReference(parsing: "nginx:1.21.4"))) { _ in }
/// try await pull.close()
/// ```
public struct ImagePull: Sendable {
  private let access: RegistryAccess
  private let door: RegistryDoor
  private let retrier: Retrier

  /// - Parameter registries: the registries that the command names: only these may go unverified.
  /// - Throws: `RegistryError` where a file of trusted certificates cannot be read.
  public init(_ access: RegistryAccess, registries: [RegistryName] = []) throws {
    try self.init(access, registries: registries, retrier: Retrier(now: WallClock.seconds))
  }

  package init(_ access: RegistryAccess, registries: [RegistryName], retrier: Retrier) throws {
    self.access = access
    self.retrier = retrier
    door = try RegistryDoor(access, registries: registries, retrier: retrier)
  }

  /// Closes all connections. To be called once, after the last pull.
  public func close() async throws {
    try await door.close()
  }

  /// Pulls one image.
  ///
  /// The final file name appears only when its content is complete and verified. What a failure leaves behind is a
  /// `.part` file and its journal, from which the same request goes on.
  ///
  /// - Parameter observe: called in order, from one task at a time.
  /// - Throws: `RegistryError`, ``ResolveError``, `ArchiveError`, or `CancellationError`.
  public func run(
    _ request: PullRequest, observe: @escaping @Sendable (PullEvent) -> Void
  ) async throws -> PullResult {
    let stopwatch = Stopwatch(retrier.clock)
    let path = try outputPath(request)
    let client = try await door.client(for: request.reference.registry) { observe(.warning($0)) }
    let image = try await ImageResolver(registry: client).resolve(
      request.reference, platform: request.platform
    ) { observe(.warning($0)) }
    let name = loadedName(request)
    let plan = try ArchivePlan(images: [archived(image, name: name, digestName: request)])
    let known = try knownBlobs(image)
    let source = RegistrySource(registry: client, repository: request.reference.repository)
    let tracker = ProgressTracker(plan: plan, image: image, stopwatch: stopwatch, observe: observe)
    observe(.started(tracker.started(request.reference)))
    let fetched: Int64
    if let path {
      let download = ArchiveDownload(
        plan: plan, known: known, source: source, connections: access.connections, retrier: retrier, request: request,
        tracker: tracker)
      fetched = try await download.run(to: path)
    } else {
      fetched = try await stream(plan, known: known, source: source, tracker: tracker)
    }
    return PullResult(
      reference: request.reference, manifestDigest: image.manifestDigest, platform: image.platform,
      path: path?.string, archiveSize: plan.size, imageName: name?.familiarName, bytesFetched: fetched,
      elapsed: stopwatch.elapsed)
  }
}
