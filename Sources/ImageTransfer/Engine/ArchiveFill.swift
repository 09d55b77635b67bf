import ImageArchive
import ImageModel
import NIOPosix
import RegistryClient
import Synchronization

/// Fetches every missing byte of an archive's blobs, over several connections at once, each byte to its place.
///
/// Connections take claims from a ``TransferSchedule``; their threads write and digest. What must not block them
/// (reading back bytes that came early) runs on a thread pool. The fill ends when every blob has its digest.
package final class ArchiveFill: Sendable {
  /// How often progress is told and the number of connections considered.
  package static let tick: Duration = .milliseconds(100)
  /// Fresh starts that a blob gets after wrong bytes.
  static let restartsPerBlob = 1
  /// Wrong answers to range requests, for one blob, before it is fetched in one stream.
  static let wrongRangesPerBlob = 2

  package struct Configuration: Sendable {
    package var connections: Int
    package var retrier: Retrier

    package init(connections: Int, retrier: Retrier) {
      self.connections = connections
      self.retrier = retrier
    }
  }

  private enum Signal: Sendable {
    case catchUp(Int)
    case complete(Int)
  }

  private let blobs: [BlobInFlight]
  private let source: any BlobSource
  private let copies: BlobCopies
  private let configuration: Configuration
  private let stopwatch: Stopwatch
  private let gate: PatienceGate
  private let change = ChangeSignal()
  private let signals: AsyncStream<Signal>
  private let signal: AsyncStream<Signal>.Continuation
  private let state: Mutex<State>
  /// Told about bytes that are in their place, on the connection's thread.
  private let record: @Sendable (_ blob: Int, _ range: Range<Int64>) throws -> Void
  private let observe: @Sendable (FillEvent) -> Void

  private struct State {
    var schedule: TransferSchedule
    var governor: ConnectionGovernor
    var fetched: Int64 = 0
    var hasFailed = false
    var restarts: [Int: Int] = [:]
    var wrongRanges: [Int: Int] = [:]
  }

  package init(
    blobs: [BlobInFlight], source: any BlobSource, copies: BlobCopies, configuration: Configuration,
    record: @escaping @Sendable (Int, Range<Int64>) throws -> Void,
    observe: @escaping @Sendable (FillEvent) -> Void
  ) {
    self.blobs = blobs
    self.source = source
    self.copies = copies
    self.configuration = configuration
    self.record = record
    self.observe = observe
    stopwatch = Stopwatch(configuration.retrier.clock)
    gate = PatienceGate(stopwatch: stopwatch)
    (signals, signal) = AsyncStream.makeStream()
    state = Mutex(
      State(
        schedule: TransferSchedule(
          blobs.enumerated().map { index, blob in
            let isCopied = copies.source(of: index) != nil
            return (blob.descriptor.size, isCopied ? RangeSet(0..<blob.descriptor.size) : blob.written)
          }),
        governor: ConnectionGovernor(most: configuration.connections)))
  }

  /// Bytes that came over the network, wrong ones included.
  package var bytesFetched: Int64 { state.withLock { $0.fetched } }

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

  // MARK: Connections

  private func fetchClaims(lane: Int) async throws {
    var previous: TransferSchedule.Claim?
    while true {
      let claim = try await nextClaim(lane: lane, after: previous)
      do {
        try await fetch(claim, lane: lane)
      } catch {
        // Nobody is to try again what has just failed for good.
        state.withLock { state in
          state.hasFailed = true
          state.schedule.release(claim.id)
        }
        throw error
      }
      state.withLock { $0.schedule.release(claim.id) }
      change.notify()
      previous = claim
    }
  }

  private func nextClaim(lane: Int, after previous: TransferSchedule.Claim?) async throws -> TransferSchedule.Claim {
    while true {
      try Task.checkCancellation()
      let generation = change.generation
      let now = stopwatch.elapsed
      let claim = state.withLock { state -> TransferSchedule.Claim? in
        guard lane < state.governor.allowed, !state.hasFailed else { return nil }
        return state.schedule.claim(connections: state.governor.allowed, after: previous, at: now)
          ?? state.schedule.takeOver(at: now)
      }
      if let claim { return claim }
      try await change.wait(since: generation)
    }
  }

  private func fetch(_ claim: TransferSchedule.Claim, lane: Int) async throws {
    let blob = blobs[claim.blob]
    var failures = 0
    var progress: Int64 = 0
    while let rest = state.withLock({ $0.schedule.rest(of: claim.id) }), !rest.isEmpty {
      let receiver = ClaimReceiver(fill: self, claim: claim, blob: blob, from: rest.lowerBound)
      do {
        try await gate.pass()
        let range = state.withLock { $0.schedule.request(for: rest, of: claim.blob) }
        try await source.fetch(blob.descriptor, range: range, lane: lane, receiver: receiver)
        gate.open()
        // A shorter range than the one asked for is the server's right; an empty one is a lost connection.
        if receiver.position > rest.lowerBound { continue }
        throw RegistryError(.connectionLost(host: source.name))
      } catch is ClaimReceiver.ClaimEnded {
        gate.open()
        return
      } catch let error as RegistryError {
        progress += max(receiver.position - rest.lowerBound, 0)
        if progress >= configuration.retrier.policy.progressThatCounts { (failures, progress) = (0, 0) }
        try await recover(from: error, claim: claim, failures: &failures)
      } catch {
        gate.yield()
        throw error
      }
    }
  }

  private func recover(from error: RegistryError, claim: TransferSchedule.Claim, failures: inout Int) async throws {
    let retrier = configuration.retrier
    if case .wrongRange = error.reason {
      gate.yield()
      try rangeWasWrong(error, claim: claim)
      return
    }
    let step = retrier.policy.step(
      after: error, failures: failures + 1, now: retrier.now(), jitter: retrier.jitter())
    guard case .retry(let pause, let isCounted) = step else {
      gate.yield()
      throw error.after(tries: failures + 1)
    }
    if isCounted { failures += 1 }
    if error.asksForPatience {
      state.withLock { $0.governor.stepDown() }
      gate.close(for: pause)
    } else {
      gate.yield()
      try await stopwatch.sleep(for: pause)
    }
  }

  private func rangeWasWrong(_ error: RegistryError, claim: TransferSchedule.Claim) throws {
    try state.withLock { state in
      // The claim is withdrawn: another connection was answered wrongly before, and the blob has begun anew.
      guard state.schedule.end(of: claim.id) != nil else { return }
      state.wrongRanges[claim.blob, default: 0] += 1
      let count = state.wrongRanges[claim.blob, default: 0]
      if count > Self.wrongRangesPerBlob { throw error.after(tries: count) }
      if count == Self.wrongRangesPerBlob { state.schedule.restart(blob: claim.blob, rangeless: true) }
    }
    change.notify()
  }

  // MARK: Called by receivers, on connections' threads

  func end(of claim: TransferSchedule.Claim) -> Int64? {
    state.withLock { $0.schedule.end(of: claim.id) }
  }

  func rangesWereIgnored(_ claim: TransferSchedule.Claim) {
    state.withLock { state in
      let isPart = claim.range != 0..<blobs[claim.blob].descriptor.size
      if isPart { state.schedule.becomeWhole(claim.id) }
    }
  }

  func advanced(
    _ claim: TransferSchedule.Claim, over range: Range<Int64>, received: Int, followUp: BlobInFlight.FollowUp
  ) throws {
    state.withLock { state in
      state.fetched += Int64(received)
      state.schedule.advance(claim.id, to: range.upperBound)
    }
    try record(claim.blob, range)
    send(followUp, of: claim.blob)
  }

  private func send(_ followUp: BlobInFlight.FollowUp, of blob: Int) {
    switch followUp {
    case .nothing: break
    case .catchUp: signal.yield(.catchUp(blob))
    case .complete: signal.yield(.complete(blob))
    }
  }

  // MARK: Digests

  private func followDigests() async throws {
    for index in blobs.indices { send(blobs[index].startCatchUp(), of: index) }
    var remaining = blobs.count
    guard remaining > 0 else { return }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for await signal in signals {
        switch signal {
        case .catchUp(let index):
          group.addTask { try await self.catchUp(index) }
        case .complete(let index):
          guard try isRight(index) else { continue }
          remaining -= 1
          if remaining == 0 { return }
        }
      }
      try Task.checkCancellation()
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

  private func catchUp(_ index: Int) async throws {
    let blob = blobs[index]
    send(try await NIOThreadPool.singleton.runIfActive { try blob.catchUp() }, of: index)
  }

  private func isRight(_ index: Int) throws -> Bool {
    let blob = blobs[index]
    let found = blob.digest()
    guard found != blob.descriptor.digest else {
      observe(.verified(index))
      return true
    }
    if let stored = copies.giveUp(index) {
      observe(.wrongCopy(index, path: stored.path.string))
      blob.restart()
      fetchRest(of: index)
      return false
    }
    let restarts = state.withLock { state in
      state.restarts[index, default: 0] += 1
      return state.restarts[index, default: 0]
    }
    guard restarts <= Self.restartsPerBlob, blob.descriptor.size > 0 else {
      throw RegistryError(.blobDigestMismatch(expected: blob.descriptor.digest, found: found), tries: restarts)
    }
    observe(.wrongBytes(index, source: source.name))
    blob.restart()
    state.withLock { $0.schedule.restart(blob: index) }
    change.notify()
    return false
  }

  // MARK: Copies

  private func copyStored() async throws {
    for index in copies.pending {
      let isThere = try await copies.copy(index, blobs[index]) { range, followUp in
        try self.record(index, range)
        self.send(followUp, of: index)
      }
      if !isThere, copies.giveUp(index) != nil { fetchRest(of: index) }
    }
  }

  private func fetchRest(of index: Int) {
    let missing = blobs[index].written.missing(in: 0..<blobs[index].descriptor.size)
    state.withLock { $0.schedule.offer(missing, of: index) }
    change.notify()
  }

  // MARK: Progress

  private func reportRegularly() async throws {
    while true {
      try await stopwatch.sleep(for: Self.tick)
      let now = stopwatch.elapsed
      state.withLock { state in
        let isSaturated = state.schedule.activeClaims >= state.governor.allowed
        _ = state.governor.measure(bytes: state.fetched, at: now, isSaturated: isSaturated)
      }
      // Also lets idle connections look for a claim that has become slow.
      change.notify()
      observe(.progress(fetched: bytesFetched, isLast: false))
    }
  }
}

/// What happens while an archive is filled. Blobs are named by their index.
package enum FillEvent: Sendable {
  /// `fetched`: bytes over the network so far, wrong ones included.
  case progress(fetched: Int64, isLast: Bool)
  case verified(Int)
  case wrongBytes(Int, source: String)
  /// What was copied from this file is not the blob.
  case wrongCopy(Int, path: String)
}

extension RegistryError {
  /// Whether the server is overloaded rather than broken.
  var asksForPatience: Bool {
    switch reason {
    case .rateLimited: true
    case .serverFailure(let status, let until): status == 503 || until != nil
    default: false
    }
  }
}
