import EngineClient
import ImageArchive
import ImageModel
import NIOPosix
import SystemPackage

/// Loads an archive into an engine, without the layers that the engine has already.
public struct ImageLoad: Sendable {
  private let path: FilePath

  /// - Parameter path: an archive, the first of its volumes, or the folder of an image layout.
  public init(path: String) {
    self.path = FilePath(path)
  }

  /// - Parameter observe: called in order, from one task at a time.
  /// - Throws: ``LoadError``; ``BaseError``; `ArchiveError`; `EngineError`; `CancellationError`.
  public func run(into engine: any Engine, observe: @escaping @Sendable (LoadEvent) -> Void) async throws -> LoadResult
  {
    let stopwatch = Stopwatch(ContinuousClock())
    let archive = try await NIOThreadPool.singleton.runIfActive { try StoredArchive(opening: path) }
    guard !archive.images.isEmpty else { throw LoadError.noImage(path: path.string) }
    let inventory = try await engine.inventory()
    let (cargo, whole) = try Self.cargo(of: archive, for: EngineLayers(inventory, of: engine))
    observe(
      .started(
        LoadStarted(
          engine: engine.kind, place: engine.place, size: cargo.size, wholeSize: whole.size, absent: cargo.absent)))
    var sent = cargo
    var words: String
    do { words = try await Self.send(cargo, into: engine, stopwatch, observe) } catch let error as EngineError {
      guard case .refused(_, let refusal) = error, cargo.size < whole.size else { throw error }
      observe(.sendsAll(words: refusal))
      sent = whole
      words = try await Self.send(whole, into: engine, stopwatch, observe)
    }
    return LoadResult(
      engine: engine.kind, place: engine.place, size: sent.size,
      images: archive.images.flatMap { $0.names.map(\.familiarName) + $0.unreadableNames }, words: words,
      elapsed: stopwatch.elapsed)
  }

  private static func send(
    _ cargo: ArchiveCargo, into engine: any Engine, _ stopwatch: Stopwatch,
    _ observe: @escaping @Sendable (LoadEvent) -> Void
  ) async throws -> String {
    try await engine.load(size: cargo.size) { pipe in
      try await cargo.write(to: pipe, stopwatch: stopwatch) { observe(.progress($0)) }
    }
  }

  /// What the engine gets, and what it gets where it takes no delta.
  private static func cargo(
    of archive: StoredArchive, for layers: EngineLayers
  ) throws -> (cargo: ArchiveCargo, whole: ArchiveCargo) {
    // In an archive of old nothing says what its layers are but the layers themselves.
    guard archive.images.allSatisfy({ $0.document != nil }) else { return try copy(of: archive) }
    let (known, missing) = try checked(archive, layers)
    // An index with several platforms, and what came along with the images, stays as it is.
    guard archive.hasPlainImages else { return try copy(of: archive) }
    let images = archive.archivedImages
    let plan = { (absent: Set<Digest>) throws -> ArchiveCargo in
      let delta = absent.isEmpty ? nil : ArchiveDelta(absent: absent, bases: archive.delta?.bases ?? [])
      return try ArchiveCargo(plan: ArchivePlan(images: images, delta: delta), of: archive)
    }
    return (try plan(known.certain.union(missing)), try plan(missing))
  }

  private static func copy(of archive: StoredArchive) throws -> (cargo: ArchiveCargo, whole: ArchiveCargo) {
    let copy = ArchiveCargo(copyOf: try FileCargo(archive))
    return (copy, copy)
  }

  /// Looks whether the engine has what the archive lacks, since some engines take a delta without its base and leave a
  /// broken image.
  private static func checked(
    _ archive: StoredArchive, _ layers: EngineLayers
  ) throws -> (known: EngineLayers.Held, missing: Set<Digest>) {
    let taken = try layers.taken(of: archive)
    for image in taken where image.config == nil {
      guard let config = image.manifest?.config.digest else { continue }
      throw LoadError.blobMissing(config, path: archive.path.string)
    }
    let known = try layers.held(taken, of: archive)
    let absent = StoredArchive.absentBlobs(of: taken).map(\.digest)
    let meant = archive.delta?.absent ?? []
    if let lost = absent.first(where: { !meant.contains($0) && !known.certain.contains($0) }) {
      throw LoadError.blobMissing(lost, path: archive.path.string)
    }
    let lacking = absent.filter { !known.possible.contains($0) }
    guard lacking.isEmpty else { throw LoadError.baseMissing(lacking, bases: archive.delta?.bases ?? []) }
    return (known, Set(absent))
  }
}
