import ImageModel
import NIOPosix
import Synchronization
import Waiting

/// Brings blobs to their places in ranges of any order, over several connections at once and from several sources.
///
/// Connections take claims from a ``TransferSchedule``, for the source that a ``SourceBoard`` chooses; their threads
/// write and digest. What must not block them (reading back bytes that came early) runs on a thread pool. The transfer ends
/// when every blob has its digest.
package final class PlacedTransfer: Sendable {
  enum Signal: Sendable {
    case catchUp(Int)
    case complete(Int)
    /// It is right after it was wrong, and it is told who was.
    case judged(Int)
  }

  let blobs: [PlacedBlob]
  let pool: SourcePool
  let copies: BlobCopies
  let copiesAtOnce: Int
  /// Threads that may wait for the disk.
  let threads: NIOThreadPool
  let signals: AsyncThrowingStream<Signal, any Error>
  let signal: AsyncThrowingStream<Signal, any Error>.Continuation
  let state: Mutex<State>
  let observe: @Sendable (TransferEvent) -> Void

  struct State {
    var schedule: TransferSchedule
    /// The source of each claim under way.
    var sourceOfClaim: [Int: Int] = [:]
    /// What each source sent of a blob.
    var shares: [Int: [Int: RangeSet]] = [:]
    /// What several sources sent of a blob that was wrong.
    var evidence: [Int: [Evidence]] = [:]
    var hasFailed = false
    /// The blob that could not be had.
    var lostBlob: Int?
    var restarts: [Int: Int] = [:]
    var wrongRanges = WrongRanges()
  }

  /// - Parameters:
  ///   - sinks: the places, one a blob.
  ///   - sources: best first, origins last.
  ///   - copies: of blobs that are copied and not fetched, by their indices, best first.
  ///   - bytesPerSecond: from all sources together; nil for no limit.
  ///   - threads: may wait for the disk.
  ///   - observe: called from any thread.
  package init(
    into sinks: [any BlobSink], from sources: [any BlobSource], copies: [Int: [BlobCopy]] = [:],
    copiesAtOnce: Int = 1, connections: Int, bytesPerSecond: Int64? = nil, retrier: Retrier, threads: NIOThreadPool,
    observeSources: @escaping @Sendable (SourceBoard.News) -> Void = { _ in },
    observe: @escaping @Sendable (TransferEvent) -> Void = { _ in }
  ) {
    blobs = sinks.map { PlacedBlob($0) }
    let stored = BlobCopies(copies)
    self.copies = stored
    self.copiesAtOnce = copiesAtOnce
    self.threads = threads
    self.observe = observe
    (signals, signal) = AsyncThrowingStream.makeStream()
    let schedule = TransferSchedule(
      blobs.enumerated().map { index, blob in
        let size = blob.descriptor.size
        return (size, stored.contains(index) ? RangeSet(0..<size) : blob.written)
      })
    pool = SourcePool(
      sources, blobs: sinks.map(\.blob.digest), connections: connections, bytesPerSecond: bytesPerSecond,
      isForSmallBlobs: schedule.consistsOfSmallBlobs, retrier: retrier, observe: observeSources)
    state = Mutex(State(schedule: schedule))
  }

  /// Bytes that came over the network, wrong ones included.
  package var bytesFetched: Int64 { pool.bytesFetched }

  /// How many bytes at the beginning of each blob are digested and not read again.
  package var digestedCounts: [Int64] { blobs.map(\.digestedCount) }

  /// The index of the blob that a failure of the transfer is about, where it is about one.
  package var lostBlob: Int? { state.withLock { $0.lostBlob } }

  /// - Throws: ``WrongBlob``; ``RetriableFailure``; what a sink or a copy throws; `CancellationError`. Bytes that are in
  ///   place stay there.
  package func run() async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for lane in 0..<pool.connections {
        group.addTask {
          try await self.fetchClaims(lane: lane)
          return false
        }
      }
      group.addTask {
        try await self.reportRegularly()
        return false
      }
      group.addTask {
        try await self.copyStored()
        return false
      }
      group.addTask {
        try await self.followDigests()
        try await self.awaitLastResponses()
        return true
      }
      while let isComplete = try await group.next() {
        if isComplete { break }
      }
      group.cancelAll()
    }
    reportProgress(isLast: true)
  }

  func send(_ followUp: PlacedBlob.FollowUp, of blob: Int) {
    switch followUp {
    case .nothing: break
    case .catchUp: signal.yield(.catchUp(blob))
    case .complete: signal.yield(.complete(blob))
    }
  }

  /// Lets responses end by themselves: one that goes on behind the last byte of its blob is an error, even where every
  /// digest is right.
  private func awaitLastResponses() async throws {
    while true {
      let generation = pool.change.generation
      if state.withLock({ $0.schedule.activeClaims }) == 0 { return }
      try await pool.change.wait(since: generation)
    }
  }

  private func reportRegularly() async throws {
    while true {
      try await pool.stopwatch.sleep(for: SourcePool.tick)
      for case .dropped(let source, _) in pool.measure() { state.withLock { $0.withdrawClaims(of: source) } }
      // Also lets idle connections look for a claim that has become slow.
      pool.change.notify()
      reportProgress(isLast: false)
    }
  }

  private func reportProgress(isLast: Bool) {
    observe(.progress(received: blobs.map(\.writtenCount), fetched: bytesFetched, isLast: isLast))
  }
}

extension PlacedTransfer.State {
  /// Hands out anew what a source has been asked for; whoever waits for it there lets go.
  mutating func withdrawClaims(of source: Int) {
    for (claim, owner) in sourceOfClaim where owner == source { release(claim) }
  }

  /// Ends a claim, and remembers who sent what.
  mutating func release(_ id: Int) {
    guard let claim = schedule.release(id), let source = sourceOfClaim[id] else { return }
    shares[claim.blob, default: [:]][source, default: RangeSet()].insert(claim.range)
  }
}
