import FileAccess
import HTTPAccess
import ImageArchive
import ImageModel
import RegistryClient
import SystemPackage
import Waiting

/// Pulls images: each request becomes one archive that engines load.
///
/// ```swift
/// let result = try await ImagePull.with(RegistryAccess(credentials: NoCredentials())) { pull in
///   try await pull.run(PullRequest(reference: try ImageReference(parsing: "nginx:1.21.4"))) { _ in }
/// }
/// ```
public struct ImagePull: Sendable {
  let access: RegistryAccess
  package let door: RegistryDoor
  let retrier: Retrier
  private let isLarge: @Sendable (Int64) -> Bool
  /// What stands for standard output; nil for the process's own.
  private var standardOutput: (any ByteSink)?

  /// Pulls for as long as `body` runs, and closes all connections on every exit. A connection that cannot be closed in order
  /// is no failure of a pull.
  ///
  /// - Parameter registries: the registries whose images are pulled: only these may go unverified.
  /// - Throws: `RegistryError` where a file of trusted certificates cannot be read; what `body` throws.
  public static func with<Result>(
    _ access: RegistryAccess, registries: [RegistryName] = [], isolation: isolated (any Actor)? = #isolation,
    _ body: (ImagePull) async throws -> Result
  ) async throws -> Result {
    let pull = try ImagePull(access, registries: registries)
    do {
      let result = try await body(pull)
      try? await pull.close()
      return result
    } catch {
      try? await pull.close()
      throw error
    }
  }

  /// For pulls whose end no block of code holds: ``close()`` must follow. Else see ``with(_:registries:isolation:_:)``.
  ///
  /// - Parameter registries: the registries that the command names: only these may go unverified.
  /// - Throws: `RegistryError` where a file of trusted certificates cannot be read.
  public init(_ access: RegistryAccess, registries: [RegistryName] = []) throws {
    try self.init(access, registries: registries, retrier: Retrier(now: WallClock.seconds))
  }

  /// - Parameter isLarge: whether an archive of this size, in bytes, is large for the machine's page cache.
  package init(
    _ access: RegistryAccess, registries: [RegistryName], retrier: Retrier,
    isLarge: @escaping @Sendable (Int64) -> Bool = { PageCachePressure.isHigh(size: $0) }
  ) throws {
    self.isLarge = isLarge
    var access = access
    access.network.connectionsPerHost = OpenFileBudget.current.connections(wanted: access.network.connectionsPerHost)
    self.access = access
    self.retrier = retrier
    door = try RegistryDoor(access, registries: registries, retrier: retrier)
  }

  /// Closes all connections. To be called once, after the last pull, also after one that failed.
  public func close() async throws {
    try await door.close()
  }

  /// Pulls the images of a request into one archive.
  ///
  /// The final file name appears only when its content is complete and verified. What a failure leaves behind is a
  /// `.part` file and its journal, from which the same request goes on.
  ///
  /// - Parameter observe: called in order, from one task at a time.
  /// - Throws: `RegistryError`, ``ResolveError``, `ArchiveError`, or `CancellationError`; of several images,
  ///   ``FailedImage`` where it is known which one has failed.
  public func run(
    _ request: PullRequest, observe: @escaping @Sendable (PullEvent) -> Void
  ) async throws -> PullResult {
    guard request.layers == .asIs else { return try await runRewriting(request, observe: observe) }
    let stopwatch = Stopwatch(retrier.clock)
    // Before the first request to a registry.
    let path = try await Workers.current.run { try request.outputPath() }
    let place = request.output.isDirectory ? { @Sendable in try request.outputPath() } : nil
    let layout = request.output.layout.map { FilePath($0) }
    let warn = { @Sendable (warning: PullWarning) in observe(.warning(warning)) }
    let shelf = try await shelf(request, output: path, warn: warn)
    let base = try await deltaBase(request, observe: warn)
    var found = try await find(request, output: path, shelf: shelf, asksForConfigs: base != nil, warn: warn)
    while true {
      let plan = try ArchivePlan(
        images: found.archived(request), form: request.form, delta: try delta(found, base, warn: warn))
      let tracker = ProgressTracker(
        plan: plan, configs: found.configs, fetchedEarly: found.early.bytesFetched, stopwatch: stopwatch,
        observe: observe)
      tracker.started(found.images)
      if request.form.hasDockerManifest, layout == nil, found.hasZstdLayers { tracker.warning(.zstdLayers) }
      do {
        let fill = BlobFill(
          known: try found.known, stored: { shelf.blob($0.digest, size: $0.size) },
          sources: ArchiveSources(found.asked, fetchesForeignLayers: access.fetchesForeignLayers),
          connections: access.network.connectionsPerHost, bytesPerSecond: access.network.bytesPerSecond,
          retrier: retrier, isLarge: isLarge(plan.size), tracker: tracker)
        let written =
          if let layout {
            try await fill.write(
              found.archived(request), blobs: plan.blobs.map(\.descriptor),
              into: Workers.current.run { try LayoutStore(layout) }, restarts: request.restarts, waits: request.waits)
          } else if let path {
            try await fill.write(
              plan, to: path, images: request.unfinishedNames, restarts: request.restarts, waits: request.waits,
              mayBeDone: request.reusesSiblings || request.reusedPaths.contains(path.path.string),
              place: place)
          } else {
            try await fill.write(plan, into: standardOutput)
          }
        return PullResult(
          found.pulled, path: written.path?.string, archiveSize: plan.size,
          bytesFetched: found.early.bytesFetched + written.fetched, elapsed: stopwatch.elapsed,
          leftOut: found.leftOut, isSplit: request.volumeSize != nil, form: request.form, isLayout: layout != nil,
          layoutNames: written.layoutNames)
      } catch let lost as LostBlob {
        guard request.keepsGoing else { throw found.failure(of: lost) }
        // What has come for the others stays where it is.
        try found.leaveOut(lost)
      }
    }
  }

  /// Pulls the images of a request into one archive that is written in order into `sink`. Of ``PullRequest/output`` nothing
  /// counts, and layers stay as they are.
  ///
  /// - Throws: as ``run(_:observe:)``; what `sink` throws.
  package func run(
    _ request: PullRequest, into sink: any ByteSink, observe: @escaping @Sendable (PullEvent) -> Void
  ) async throws -> PullResult {
    var request = request
    request.output = .standardOutput
    request.layers = .asIs
    var pull = self
    pull.standardOutput = sink
    return try await pull.run(request, observe: observe)
  }

  /// Checks the folder that several pulls share, before the first of them.
  ///
  /// - Throws: `ArchiveError` where nothing can be written to it.
  public func check(_ output: PullRequest.Output) throws {
    guard case .directory(let name) = output else { return }
    try OutputPath.checkFolder(FilePath(name).lexicallyNormalized())
  }

  /// What stands on disk already, looked for before the first request.
  func shelf(
    _ request: PullRequest, output: OutputPath?, warn: @Sendable (PullWarning) -> Void
  ) async throws -> BlobShelf {
    let names = request.images.map(\.reference) + request.images.compactMap(\.name)
    let shelf = try await Workers.current.run {
      var shelf = BlobShelf()
      for path in request.reusedPaths + request.heldLayouts { try shelf.add(FilePath(path)) }
      if let output, request.reusesSiblings {
        shelf.addSiblings(of: output, repositories: Set(names.map(\.qualifiedRepository)))
      }
      return shelf
    }
    for fault in shelf.faults { warn(.unusableArchive(fault)) }
    return shelf
  }
}
