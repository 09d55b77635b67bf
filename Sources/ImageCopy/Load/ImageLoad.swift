import ArchiveTools
import BlobTransfer
import EngineClient
import ImageArchive
import ImageModel
import SystemPackage
import Waiting

/// Loads an archive into an engine, without the layers that the engine has already.
public struct ImageLoad: Sendable {
  private let path: FilePath
  /// What images are called instead of by the names that they have; nil for those.
  public var names: LoadedNames?

  /// - Parameter path: an archive, the first of its volumes, or the folder of an image layout.
  public init(path: String) {
    self.path = FilePath(path)
  }

  /// - Parameter observe: called in order, from one task at a time.
  /// - Throws: ``LoadError``; ``BaseError``; `ConversionError`; `ImageNamingError`; `ArchiveError`; `EngineError`; `CancellationError`.
  public func run(into engine: any Engine, observe: @escaping @Sendable (LoadEvent) -> Void) async throws -> LoadResult
  {
    let stopwatch = Stopwatch(ContinuousClock())
    let archive = try await archive()
    let inventory = try await engine.inventory()
    let plan = try await Workers.current.run {
      try LoadPlan(of: archive, for: inventory, at: engine.place, engine.kind, names: names)
    }
    let (cargo, whole) = (plan.cargo, plan.whole)
    observe(
      .started(
        LoadStarted(
          engine: engine.kind, place: engine.place, size: cargo.size, wholeSize: whole.size, absent: cargo.absent,
          onlyPlatform: plan.onlyPlatform, leftOutReferrers: plan.leftOutReferrers)))
    var sent = cargo
    var words: String
    do { words = try await Self.send(cargo, into: engine, stopwatch, observe) } catch let error as EngineError {
      guard case .refused(_, let refusal) = error else { throw error }
      if let name = Self.addressName(of: plan.images), refusal.contains(Self.unknownName) {
        throw LoadError.nameNotTaken(name, by: engine.kind, path: path.string)
      }
      guard cargo.size < whole.size else { throw error }
      observe(.sendsAll(words: refusal))
      sent = whole
      words = try await Self.send(whole, into: engine, stopwatch, observe)
    }
    return LoadResult(
      engine: engine.kind, place: engine.place, size: sent.size, wholeSize: whole.size,
      absent: sent.absent, images: plan.images, words: words, elapsed: stopwatch.elapsed)
  }

  private func archive() async throws -> StoredArchive {
    let archive = try await Workers.current.run { try StoredArchive(opening: path) }
    guard !archive.images.isEmpty else { throw LoadError.noImage(path: path.string) }
    guard let names else { return archive }
    if case .one = names, archive.groups.count > 1 {
      throw ConversionError.oneNameForSeveral(path, images: archive.groups.count)
    }
    // Names stand in the same documents as manifests, which archives of docker save before 25 do not have.
    return try await ManifestMaking(archive).run()
  }

  /// What engines say of a name that their grammar does not have (distribution/reference, `ErrReferenceInvalidFormat`).
  private static let unknownName = "invalid reference format"

  /// A name whose registry is an IPv6 address: podman 4 and Docker before 23 know none such.
  private static func addressName(of images: [LoadedImage]) -> ImageReference? {
    images.lazy.flatMap(\.names).first { $0.registry.isIPv6Address }
  }

  private static func send(
    _ cargo: ArchiveCargo, into engine: any Engine, _ stopwatch: Stopwatch,
    _ observe: @escaping @Sendable (LoadEvent) -> Void
  ) async throws -> String {
    try await engine.load(size: cargo.size) { pipe in
      let sink = BlockingSink(on: Workers.current.pool) { _ = try pipe.writeAll($0) }
      try await cargo.write(into: sink, stopwatch: stopwatch) { observe(.progress($0)) }
    }
  }
}
