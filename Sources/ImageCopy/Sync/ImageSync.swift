import ImageModel
import ImageStores
import RegistryClient
import Synchronization
import Waiting

/// Brings images of registries under names of other ones, each by itself: what fails of one does not end the others. All
/// content goes through one pool. What is there already is not sent, so that a run that was ended goes on where it was.
///
/// For a name that stands for the right image both sides are asked for a digest (HEAD), and nothing more.
public struct ImageSync: Sendable {
  /// Images whose content is looked at or on its way at the same time.
  private static let window = 16

  let request: SyncRequest
  private let access: RegistryAccess
  private let sourceAccess: RegistryAccess

  /// - Parameter sourceAccess: how the sources are reached; nil for as the targets are.
  public init(_ request: SyncRequest, _ access: RegistryAccess, from sourceAccess: RegistryAccess? = nil) {
    self.request = request
    self.access = access
    self.sourceAccess = sourceAccess ?? access
  }

  /// Carries it out, or with ``SyncRequest/onlyPlans`` finds out what that would come to.
  ///
  /// - Parameter observe: called from any thread.
  /// - Returns: what became of each image. What failed of it is in there, and not thrown.
  /// - Throws: `ImageNamingError.sameName` before anything is asked; `CancellationError`.
  public func run(observe: @escaping @Sendable (SyncEvent) -> Void) async throws -> SyncResult {
    let stopwatch = Stopwatch(ContinuousClock())
    let entries = try Self.distinct(request.entries)
    let targets = Set(entries.map(\.target.registry))
    let sources = Set(entries.map(\.source.registry))
    let targetAccess = access.forUploads(request.transfers)
    return try await RegistryDoor.with(targetAccess, registries: Array(targets)) { door in
      try await RegistryDoor.with(sourceAccess, registries: Array(sources)) { sourceDoor in
        let places = SyncPlaces(door, access, from: sourceDoor, sourceAccess) { observe(.warning(.access($0))) }
        let run = SyncRun(request: request, entries: entries, places: places, stopwatch, observe: observe)
        do { try await run.run(window: Self.window) } catch is SyncRun.Stopped {}
        return run.result(elapsed: stopwatch.elapsed)
      }
    }
  }

  /// Each entry once.
  ///
  /// - Throws: `ImageNamingError.sameName` where one name would get two images.
  private static func distinct(_ entries: [SyncRequest.Entry]) throws(ImageNamingError) -> [SyncRequest.Entry] {
    var distinct = entries
    var known: [ImageReference: Int] = [:]
    known.reserveCapacity(entries.count)
    var repeated: Set<Int> = []
    for (index, entry) in entries.enumerated() {
      // Beside a tag a digest is a label.
      let name = entry.target.tag == nil ? entry.target : entry.target.with(digest: nil)
      guard let other = known[name] else {
        known[name] = index
        continue
      }
      let first = entries[other]
      guard first.source == entry.source, first.platform == entry.platform else {
        throw .sameName(entry.target.qualifiedName, images: ["\(first.source)", "\(entry.source)"])
      }
      if entry.bringsReferrers { distinct[other].bringsReferrers = true }
      repeated.insert(index)
    }
    // Most have nothing twice, and are not copied.
    return repeated.isEmpty ? entries : distinct.indices.filter { !repeated.contains($0) }.map { distinct[$0] }
  }
}
