import ImageArchive
import ImageModel
import Synchronization

/// Counts what is read of an archive, on whatever thread that happens, and tells of it now and then.
final class VerificationProgress: Sendable {
  private static let pause = Duration.milliseconds(100)

  private struct State {
    var contents: [BlobProgress]
    var bytes: Int64 = 0
    var told: ContinuousClock.Instant
  }

  private let state: Mutex<State>
  private let start: ContinuousClock.Instant
  private let observe: @Sendable (PullProgress) -> Void

  init(_ checks: [ContentCheck], observe: @escaping @Sendable (PullProgress) -> Void) {
    start = .now
    state = Mutex(
      State(
        contents: checks.map {
          BlobProgress(
            digest: $0.digest ?? $0.diffID ?? .hash(Array($0.memberName.utf8)), kind: $0.isLayer ? .layer : .config,
            size: $0.content.size)
        }, told: .now))
    self.observe = observe
  }

  func read(_ count: Int, of index: Int) {
    let due = state.withLock { state -> PullProgress? in
      state.contents[index].received += Int64(count)
      state.bytes += Int64(count)
      let now = ContinuousClock.now
      guard now - state.told >= Self.pause else { return nil }
      state.told = now
      return progress(state)
    }
    if let due { observe(due) }
  }

  /// Tells how far it is once more.
  func finish() {
    observe(state.withLock { progress($0) })
  }

  private func progress(_ state: State) -> PullProgress {
    PullProgress(elapsed: ContinuousClock.now - start, blobs: state.contents, bytesFetched: state.bytes)
  }
}
