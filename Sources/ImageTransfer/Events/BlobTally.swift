import ImageArchive
import ImageModel
import Synchronization
import Waiting

/// How much of each blob is done, on whatever thread that happens, told ten times a second at most.
package final class BlobTally: Sendable {
  private struct State {
    var blobs: [BlobProgress]
    var last: Duration?
  }

  private let state: Mutex<State>
  private let stopwatch: Stopwatch
  private let observe: @Sendable (PullProgress) -> Void

  package init(_ blobs: [BlobProgress], stopwatch: Stopwatch, observe: @escaping @Sendable (PullProgress) -> Void) {
    self.stopwatch = stopwatch
    self.observe = observe
    state = Mutex(State(blobs: blobs))
  }

  /// - Parameter images: which blobs of the plan are configs, for what is told.
  convenience init(
    of plan: ArchivePlan, _ images: [ArchivedImage], stopwatch: Stopwatch,
    observe: @escaping @Sendable (PullProgress) -> Void
  ) {
    let configs = Set(images.map(\.manifest.config.digest))
    let blobs = plan.blobs.map {
      BlobProgress(digest: $0.digest, kind: configs.contains($0.digest) ? .config : .layer, size: $0.size)
    }
    self.init(blobs, stopwatch: stopwatch, observe: observe)
  }

  /// So many bytes of a blob are in their place now.
  package func placed(_ index: Int, _ count: Int64) { tell(isLast: false) { $0[index].received = count } }

  /// So many more bytes of a blob were read.
  func read(_ count: Int, of index: Int) { tell(isLast: false) { $0[index].received += Int64(count) } }

  package func finished() { tell(isLast: true) { _ in } }

  private func tell(isLast: Bool, _ change: (inout [BlobProgress]) -> Void) {
    let now = stopwatch.elapsed
    state.withLock { state in
      change(&state.blobs)
      guard isLast || state.last.map({ now - $0 >= ArchiveFill.tick }) ?? true else { return }
      state.last = now
      observe(
        PullProgress(
          elapsed: now, blobs: state.blobs, bytesFetched: state.blobs.reduce(0) { $0 + $1.received }))
    }
  }
}
