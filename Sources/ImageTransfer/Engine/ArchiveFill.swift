import HTTPAccess
import ImageArchive
import ImageModel
import NIOPosix
import RegistryClient
import Synchronization
import Waiting

/// Fetches every missing byte of an archive's blobs, over several connections at once and from several sources, each
/// byte to its place.
///
/// Connections take claims from a ``TransferSchedule``, for the source that a ``SourceBoard`` chooses; their threads
/// write and digest. What must not block them (reading back bytes that came early) runs on a thread pool. The fill ends
/// when every blob has its digest.
package final class ArchiveFill: Sendable {
  /// How often progress is told and the number of connections considered.
  package static let tick: Duration = .milliseconds(100)

  package struct Configuration: Sendable {
    /// At the same time, to all sources.
    package var connections: Int
    /// From all sources together; nil for no limit.
    package var bytesPerSecond: Int64?
    package var retrier: Retrier

    package init(connections: Int, bytesPerSecond: Int64? = nil, retrier: Retrier) {
      self.connections = connections
      self.bytesPerSecond = bytesPerSecond
      self.retrier = retrier
    }
  }

  enum Signal: Sendable {
    case catchUp(Int)
    case complete(Int)
    /// It is right after it was wrong, and it is told who was.
    case judged(Int)
  }

  let blobs: [BlobInFlight]
  /// Best first, the origin last.
  let sources: [any BlobSource]
  let copies: BlobCopies
  let configuration: Configuration
  let stopwatch: Stopwatch
  /// One for each source.
  let gates: [PatienceGate]
  let change = ChangeSignal()
  let signals: AsyncThrowingStream<Signal, any Error>
  let signal: AsyncThrowingStream<Signal, any Error>.Continuation
  let state: Mutex<State>
  /// Told about bytes that are in their place, on the connection's thread.
  let record: @Sendable (_ blob: Int, _ range: Range<Int64>) throws -> Void
  let observe: @Sendable (FillEvent) -> Void

  struct State {
    var schedule: TransferSchedule
    var board: SourceBoard
    /// The source of each claim under way.
    var sourceOfClaim: [Int: Int] = [:]
    /// Who sent which bytes of a blob.
    var shares: [Int: [Share]] = [:]
    /// What several sources sent of a blob that was wrong.
    var evidence: [Int: [Evidence]] = [:]
    var fetched: Int64 = 0
    var hasFailed = false
    /// The blob that could not be had.
    var lostBlob: Int?
    var restarts: [Int: Int] = [:]
    var wrongRanges: [Int: Int] = [:]
  }

  package init(
    blobs: [BlobInFlight], sources: [any BlobSource], copies: BlobCopies, configuration: Configuration,
    record: @escaping @Sendable (Int, Range<Int64>) throws -> Void,
    observe: @escaping @Sendable (FillEvent) -> Void
  ) {
    self.blobs = blobs
    self.sources = sources
    self.copies = copies
    self.configuration = configuration
    self.record = record
    self.observe = observe
    let stopwatch = Stopwatch(configuration.retrier.clock)
    self.stopwatch = stopwatch
    let patience = configuration.retrier.policy.longestPatience
    gates = sources.map { _ in PatienceGate(stopwatch: stopwatch, limit: patience) }
    (signals, signal) = AsyncThrowingStream.makeStream()
    let schedule = TransferSchedule(
      blobs.enumerated().map { index, blob in
        let isCopied = copies.source(of: index) != nil
        return (blob.descriptor.size, isCopied ? RangeSet(0..<blob.descriptor.size) : blob.written)
      })
    var board = SourceBoard(
      sources, blobs: blobs.map(\.descriptor.digest), connections: configuration.connections,
      bytesPerSecond: configuration.bytesPerSecond)
    // A wait for each of many small blobs costs a source nothing.
    if schedule.consistsOfSmallBlobs { board.allowAllConnections() }
    state = Mutex(State(schedule: schedule, board: board))
  }

  /// Bytes that came over the network, wrong ones included.
  package var bytesFetched: Int64 { state.withLock { $0.fetched } }

  /// The blob that a failure of the fill is about, where it is about one.
  package var lostBlob: Digest? { state.withLock { $0.lostBlob.map { blobs[$0].descriptor.digest } } }

  /// - Throws: `RegistryError`; `ArchiveError`; `CancellationError`. Bytes that are in place stay there.
  package func run() async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for lane in 0..<max(configuration.connections, 1) {
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
    observe(.progress(fetched: bytesFetched, isLast: true))
  }

  func send(_ followUp: BlobInFlight.FollowUp, of blob: Int) {
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
      let generation = change.generation
      if state.withLock({ $0.schedule.activeClaims }) == 0 { return }
      try await change.wait(since: generation)
    }
  }

  private func reportRegularly() async throws {
    while true {
      try await stopwatch.sleep(for: Self.tick)
      let now = stopwatch.elapsed
      let news = state.withLock { state in
        let news = state.board.measure(at: now)
        for case .dropped(let source, _) in news { state.withdrawClaims(of: source) }
        return news
      }
      for news in news { observe(.sources(news)) }
      // Also lets idle connections look for a claim that has become slow.
      change.notify()
      observe(.progress(fetched: bytesFetched, isLast: false))
    }
  }
}

extension ArchiveFill.State {
  /// Hands out anew what a source has been asked for; whoever waits for it there lets go.
  mutating func withdrawClaims(of source: Int) {
    for (claim, owner) in sourceOfClaim where owner == source { release(claim) }
  }

  /// Ends a claim, and remembers who sent what; of a single source, only that it sent something.
  mutating func release(_ id: Int) {
    guard let claim = schedule.release(id), !claim.range.isEmpty, let source = sourceOfClaim[id],
      board.sources.count > 1 || shares[claim.blob] == nil
    else { return }
    shares[claim.blob, default: []].append(ArchiveFill.Share(source: source, range: claim.range))
  }
}
