import ImageModel
import Synchronization
import Waiting

/// How much of each blob is done, on whatever thread that happens, told ten times a second at most.
package final class BlobTally: Sendable {
  private struct State {
    var blobs: [BlobProgress]
    var last: Duration?
  }

  private static let tick: Duration = .milliseconds(100)

  private let indices: [Digest: Int]
  private let state: Mutex<State>
  private let stopwatch: Stopwatch
  private let observe: @Sendable (TransferProgress) -> Void

  package init(_ blobs: [BlobProgress], stopwatch: Stopwatch, observe: @escaping @Sendable (TransferProgress) -> Void) {
    self.stopwatch = stopwatch
    self.observe = observe
    indices = Dictionary(blobs.indices.map { (blobs[$0].digest, $0) }) { first, _ in first }
    state = Mutex(State(blobs: blobs))
  }

  /// So many bytes of a blob are in their place now.
  package func placed(_ index: Int, _ count: Int64) { tell(isLast: false) { $0[index].received = count } }

  /// So many bytes of these blobs are in their places now.
  package func placed(_ counts: [(Digest, Int64)]) {
    tell(isLast: false) { blobs in
      for (digest, count) in counts { indices[digest].map { blobs[$0].received = count } }
    }
  }

  /// So many more bytes of a blob were read.
  package func read(_ count: Int, of index: Int) { tell(isLast: false) { $0[index].received += Int64(count) } }

  package func finished() { tell(isLast: true) { _ in } }

  private func tell(isLast: Bool, _ change: (inout [BlobProgress]) -> Void) {
    let now = stopwatch.elapsed
    state.withLock { state in
      change(&state.blobs)
      guard isLast || state.last.map({ now - $0 >= Self.tick }) ?? true else { return }
      state.last = now
      observe(
        TransferProgress(
          elapsed: now, blobs: state.blobs, bytesFetched: state.blobs.reduce(0) { $0 + $1.received }))
    }
  }
}
