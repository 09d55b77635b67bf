import BlobTransfer
import ImageArchive
import ImageModel
import Synchronization
import Waiting

/// Turns what the engine does into ``PullEvent``s, one after another.
final class ProgressTracker: Sendable {
  private let plan: ArchivePlan
  private let fetchedEarly: Int64
  private let stopwatch: Stopwatch
  private let indices: [Digest: Int]
  private let state: Mutex<State>

  private struct State {
    var blobs: [BlobProgress]
    var finished: Set<Digest> = []
    var lastProgress: Duration?
    let observe: @Sendable (PullEvent) -> Void
  }

  /// - Parameters:
  ///   - configs: which blobs are configs.
  ///   - fetchedEarly: bytes of layers that came with the config, wrong ones included.
  init(
    plan: ArchivePlan, configs: Set<Digest>, fetchedEarly: Int64 = 0, stopwatch: Stopwatch,
    observe: @escaping @Sendable (PullEvent) -> Void
  ) {
    self.fetchedEarly = fetchedEarly
    self.plan = plan
    self.stopwatch = stopwatch
    let blobs = plan.blobs.map { blob in
      BlobProgress(digest: blob.digest, kind: configs.contains(blob.digest) ? .config : .layer, size: blob.size)
    }
    indices = Dictionary(blobs.indices.map { (blobs[$0].digest, $0) }) { first, _ in first }
    state = Mutex(State(blobs: blobs, observe: observe))
  }

  func started(_ images: [ResolvedReference]) {
    state.withLock { state in
      state.observe(
        .started(
          PullStarted(
            images.map(\.pulled), archiveSize: plan.size, blobs: state.blobs,
            rateLimit: images.last { $0.image.rateLimit != nil }?.image.rateLimit, delta: plan.delta)))
    }
  }

  func warning(_ warning: PullWarning) {
    state.withLock { $0.observe(.warning(warning)) }
  }

  /// Tells how many bytes of blobs are in place; says so to the observer ten times a second at most.
  func progress(_ changes: [(digest: Digest, received: Int64)], fetched: Int64, isLast: Bool = false) {
    let now = stopwatch.elapsed
    state.withLock { state in
      for change in changes {
        if let index = indices[change.digest] { state.blobs[index].received = change.received }
      }
      let isDue = state.lastProgress.map { now - $0 >= SourcePool.tick } ?? true
      guard isDue || isLast else { return }
      state.lastProgress = now
      state.observe(.progress(TransferProgress(elapsed: now, blobs: state.blobs, bytesFetched: fetchedEarly + fetched)))
    }
  }

  func finished(_ digest: Digest, origin: BlobOrigin) {
    state.withLock { state in
      guard let index = indices[digest], state.finished.insert(digest).inserted else { return }
      state.blobs[index].received = state.blobs[index].size
      let blob = state.blobs[index]
      state.observe(
        .blobFinished(BlobFinished(digest: digest, kind: blob.kind, size: blob.size, origin: origin)))
    }
  }
}
