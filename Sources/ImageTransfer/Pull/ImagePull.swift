import ImageArchive
import ImageModel
import NIOPosix
import RegistryClient
import Synchronization
import SystemPackage

/// Pulls images: each reference becomes one archive that engines load.
///
/// ```swift
/// let pull = try ImagePull(RegistryAccess(credentials: NoCredentials()))
/// let result = try await pull.run(PullRequest(reference: try ImageReference(parsing: "nginx:1.21.4"))) { _ in }
/// try await pull.close()
/// ```
public struct ImagePull: Sendable {
  let access: RegistryAccess
  let door: RegistryDoor
  private let retrier: Retrier
  private let isLarge: @Sendable (Int64) -> Bool

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
    access.connections = OpenFileBudget.current.connections(wanted: access.connections)
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
    let shelf = try await shelf(request, output: path) { observe(.warning($0)) }
    let sources = ImageSources(try access.endpoints(for: request.reference), door: door) { observe(.warning($0)) }
    let base = try await deltaBase(request) { observe(.warning($0)) }
    let early = Mutex(EarlyBlobs.Found())
    let image = try await ImageResolver(sources: sources).resolve(
      request.reference, platform: request.platform,
      meanwhile: { resolved in
        // What a delta leaves out, the config alone tells.
        guard base == nil else { return }
        // Where there is no room on disk, that is to be known before the first byte of a layer.
        guard let size = try? self.plan(request, resolved).size, path?.hasRoom(for: size) ?? true else { return }
        let found = await EarlyBlobs(
          sources: sources, connections: access.connections,
          isPresent: { shelf.blob($0.digest, size: $0.size) != nil }
        ).fetch(resolved.manifest)
        early.withLock { $0 = found }
      },
      observe: { observe(.warning($0)) })
    let plan = try plan(request, image, try delta(image, base) { observe(.warning($0)) })
    let (foundEarly, fetchedEarly) = early.withLock { ($0.blobs, $0.bytesFetched) }
    var known = foundEarly
    known.merge(try inlineBlobs(image.manifest, of: image.reference)) { $1 }
    known[image.manifest.config.digest] = image.configBytes
    let blobSources = sources.endpoints.indices.map {
      RegistrySource(
        sources, at: $0, reference: request.reference, fetchesForeignLayers: access.fetchesForeignLayers)
    }
    let tracker = ProgressTracker(
      plan: plan, image: image, fetchedEarly: fetchedEarly, stopwatch: stopwatch, observe: observe)
    tracker.started(request.reference)
    let fetched: Int64
    if let path {
      let download = ArchiveDownload(
        plan: plan, known: known, shelf: shelf, sources: blobSources, observeSources: { sources.note($0) },
        connections: access.connections, retrier: retrier, request: request, isLarge: isLarge(plan.size),
        tracker: tracker)
      fetched = try await download.run(to: path)
    } else {
      fetched = try await stream(
        plan, known: known, shelf: shelf, sources: blobSources, observeSources: { sources.note($0) },
        tracker: tracker)
    }
    return PullResult(
      reference: request.reference, manifestDigest: image.manifestDigest, platform: image.platform,
      path: path?.path.string, archiveSize: plan.size, imageName: loadedName(request)?.familiarName,
      bytesFetched: fetchedEarly + fetched, elapsed: stopwatch.elapsed)
  }

  /// Checks the folder that several pulls share, before the first of them.
  ///
  /// - Throws: `ArchiveError` where nothing can be written to it.
  public func check(_ output: PullRequest.Output) throws {
    guard case .directory(let name) = output else { return }
    try OutputPath.checkFolder(FilePath(name).lexicallyNormalized())
  }

  /// Where the archive goes; nil for standard output.
  func outputPath(_ request: PullRequest) throws -> OutputPath? {
    let path: FilePath
    switch request.output {
    case .standardOutput: return nil
    case .file(let name): path = FilePath(name)
    case .directory(let name):
      path = FilePath(name).appending(
        ArchiveFileName.standard(
          for: request.reference, platform: request.platform, isDelta: !request.bases.isEmpty)
      ).lexicallyNormalized()
    }
    return try OutputPath.check(path)
  }

  /// What stands on disk already, looked for before the first request.
  func shelf(
    _ request: PullRequest, output: OutputPath?, warn: @Sendable (PullWarning) -> Void
  ) async throws -> BlobShelf {
    let names = [request.reference] + (request.name.map { [$0] } ?? [])
    let shelf = try await NIOThreadPool.singleton.runIfActive {
      var shelf = BlobShelf()
      for path in request.reusedPaths { try shelf.add(FilePath(path)) }
      if let output, request.reusesSiblings {
        shelf.addSiblings(of: output, repositories: Set(names.map(\.qualifiedRepository)))
      }
      return shelf
    }
    for fault in shelf.faults { warn(.unusableArchive(fault)) }
    return shelf
  }

  /// The name that the image has after loading: never a mirror's, and none for a pull by digest alone.
  private func loadedName(_ request: PullRequest) -> ImageReference? {
    if let name = request.name { return name }
    return request.reference.tag == nil ? nil : request.reference.with(digest: nil)
  }

  func plan(_ request: PullRequest, _ image: ResolvedImage, _ delta: ArchiveDelta? = nil) throws -> ArchivePlan {
    let name = loadedName(request) ?? request.reference.with(digest: image.manifestDigest)
    return try ArchivePlan(
      images: [
        ArchivedImage(
          names: [name], manifest: image.manifest,
          document: .init(descriptor: image.manifestDescriptor, bytes: image.manifestBytes),
          annotations: request.annotations)
      ], form: request.form, delta: delta)
  }

  /// Blobs that need no request: what descriptors carry inline, and empty ones.
  func inlineBlobs(_ manifest: Manifest, of reference: ImageReference) throws -> [Digest: [UInt8]] {
    try manifest.inlineBlobs(of: reference)
  }

  private func stream(
    _ plan: ArchivePlan, known: [Digest: [UInt8]], shelf: BlobShelf, sources: [any BlobSource],
    observeSources: @escaping @Sendable (SourceBoard.News) -> Void, tracker: ProgressTracker
  ) async throws -> Int64 {
    let stream = OrderedStream(
      plan: plan, known: known, shelf: shelf, sources: sources, connections: access.connections, retrier: retrier,
      write: { try StandardOutput.write($0) },
      observe: { event in
        switch event {
        case .received(let digest, let position, let fetched): tracker.received(digest, position, fetched: fetched)
        case .verified(let digest, let origin): tracker.finished(digest, origin: origin)
        case .wrongCopy(let digest, let path): tracker.warning(.wrongCopy(path: path, digest: digest))
        case .wrongBytes(let digest, let source): tracker.warning(.wrongBytes(host: source, digest: digest))
        case .sources(let news): observeSources(news)
        }
      })
    return try await stream.run()
  }
}
