import Synchronization

/// How much of each blob is in its place, told ten times a second at most.
final class AssemblyTally: Sendable {
  private struct State {
    var blobs: [BlobProgress]
    var last: Duration?
  }

  private let state: Mutex<State>
  private let stopwatch: Stopwatch
  private let observe: @Sendable (PullProgress) -> Void

  init(_ blobs: [BlobProgress], stopwatch: Stopwatch, observe: @escaping @Sendable (PullProgress) -> Void) {
    self.stopwatch = stopwatch
    self.observe = observe
    state = Mutex(State(blobs: blobs))
  }

  func placed(_ index: Int, _ count: Int64) { tell(isLast: false) { $0[index].received = count } }

  func finished() { tell(isLast: true) { _ in } }

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
