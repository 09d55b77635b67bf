import BlobTransfer
import ImageModel
import Synchronization
import Waiting

/// How many bytes of all images of a synchronization are at their targets, of those images that have begun: told ten times a
/// second at most, and not in the first second, which is enough for most.
final class SyncTally: Sendable {
  private struct State {
    var total: Int64 = 0
    var moved: Int64 = 0
    var last: Duration?
  }

  private static let begin: Duration = .seconds(1)
  private static let tick: Duration = .milliseconds(100)

  private let state = Mutex(State())
  private let stopwatch: Stopwatch
  private let observe: @Sendable (TransferProgress) -> Void

  init(_ stopwatch: Stopwatch, observe: @escaping @Sendable (TransferProgress) -> Void) {
    (self.stopwatch, self.observe) = (stopwatch, observe)
  }

  /// The blobs of one image.
  final class Part: Sendable {
    private let tally: SyncTally
    private let sizes: [Int64]
    private let places: Mutex<[Int64]>

    fileprivate init(_ tally: SyncTally, _ sizes: [Int64]) {
      (self.tally, self.sizes) = (tally, sizes)
      places = Mutex(Array(repeating: 0, count: sizes.count))
    }

    /// A blob is at its target up to a byte; it goes back with each new try.
    func moved(_ blob: Int, to bytes: Int64) {
      let change = places.withLock { places in
        defer { places[blob] = bytes }
        return bytes - places[blob]
      }
      tally.add(moved: change)
    }

    /// The image has come to an end: what was not brought will not be.
    func end() {
      let left = places.withLock { places in zip(sizes, places).reduce(0) { $0 + $1.0 - $1.1 } }
      tally.add(total: -left)
    }
  }

  func begin(_ plan: CopyPlan) -> Part {
    let sizes = plan.blobs.map(\.descriptor.size)
    add(total: sizes.reduce(0, +))
    return Part(self, sizes)
  }

  private func add(total: Int64 = 0, moved: Int64 = 0) {
    let now = stopwatch.elapsed
    state.withLock { state in
      state.total += total
      state.moved += moved
      guard now >= Self.begin, state.last.map({ now - $0 >= Self.tick }) ?? true else { return }
      state.last = now
      // One bar for all of it; the digest is that of nothing.
      let all = BlobProgress(digest: .hash([]), kind: .layer, size: state.total, received: state.moved)
      observe(TransferProgress(elapsed: now, blobs: [all], bytesFetched: state.moved))
    }
  }
}
