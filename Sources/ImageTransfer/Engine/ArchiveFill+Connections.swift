import ImageArchive
import RegistryClient

/// What one connection does: it takes a claim, fetches it, and takes the next.
extension ArchiveFill {
  /// Wrong answers to range requests, for one blob, before it is fetched in one stream from the only source.
  static let wrongRangesPerBlob = 2

  /// A claim, and whom it is asked of.
  struct Work: Sendable {
    let claim: TransferSchedule.Claim
    let source: Int
  }

  func fetchClaims(lane: Int) async throws {
    var previous: Work?
    while true {
      let work = try await nextWork(after: previous)
      do {
        try await fetch(work, lane: lane)
      } catch {
        // Nobody is to try again what has just failed for good.
        state.withLock { state in
          state.hasFailed = true
          if !(error is CancellationError), state.lostBlob == nil { state.lostBlob = work.claim.blob }
          state.end(work)
        }
        throw error
      }
      state.withLock { $0.end(work) }
      change.notify()
      previous = work
    }
  }

  private func nextWork(after previous: Work?) async throws -> Work {
    while true {
      try Task.checkCancellation()
      let generation = change.generation
      let now = stopwatch.elapsed
      let work = try state.withLock { state -> Work? in
        guard !state.hasFailed, state.schedule.activeClaims < configuration.connections else { return nil }
        return try state.nextWork(after: previous, connections: configuration.connections, at: now)
      }
      if let work { return work }
      try await change.wait(since: generation)
    }
  }

  private func fetch(_ work: Work, lane: Int) async throws {
    let (claim, source) = (work.claim, sources[work.source])
    let gate = gates[work.source]
    let blob = blobs[claim.blob]
    var failures = 0
    var progress: Int64 = 0
    while let rest = state.withLock({ $0.schedule.rest(of: claim.id) }), !rest.isEmpty {
      let receiver = ClaimReceiver(fill: self, work: work, blob: blob, from: rest.lowerBound)
      let began = stopwatch.elapsed
      do {
        try await gate.pass()
        let range = state.withLock { $0.schedule.request(for: rest, of: claim.blob) }
        try await source.fetch(blob.descriptor, range: range, lane: lane, receiver: receiver)
        gate.open()
        // A shorter range than the one asked for is the server's right; an empty one is a lost connection.
        if receiver.position > rest.lowerBound { continue }
        throw RegistryError(.network(.connectionLost(host: source.name)))
      } catch is ClaimReceiver.ClaimEnded {
        gate.open()
        return
      } catch let error as RegistryError {
        progress += max(receiver.position - rest.lowerBound, 0)
        if progress >= configuration.retrier.policy.progressThatCounts { (failures, progress) = (0, 0) }
        let failure = judged(error, source: work.source)
        if goesElsewhere(work, after: failure, requestBegan: began) { return }
        try await recover(from: failure, work: work, failures: &failures)
      } catch {
        gate.yield()
        throw error
      }
    }
  }

  /// Whether another source is to go on instead; tells the board.
  private func goesElsewhere(_ work: Work, after error: RegistryError, requestBegan: Duration) -> Bool {
    let pause = error.asksForPatience ? pause(after: error) : nil
    let now = stopwatch.elapsed
    let verdict = state.withLock {
      $0.board.failed(work.source, work.claim.blob, error, requestBegan: requestBegan, at: now, pause: pause)
    }
    guard case .elsewhere(let news) = verdict else { return false }
    if let pause { gates[work.source].close(for: pause) } else { gates[work.source].yield() }
    if let news { observe(.sources(news)) }
    return true
  }

  /// The failure, or what it is by now: one of a source that has asked for too much patience is final.
  private func judged(_ error: RegistryError, source: Int) -> RegistryError {
    guard error.asksForPatience else { return error }
    let received = state.withLock { $0.board[source].fetched }
    let waited = gates[source].exhausted(by: pause(after: error), received: received)
    return waited.map { error.outOfPatience(waited: $0) } ?? error
  }

  /// How long a source is left alone that asks for it: as long as it says.
  private func pause(after error: RegistryError) -> Duration {
    let retrier = configuration.retrier
    let step = retrier.policy.step(after: error, failures: 1, now: retrier.now(), jitter: retrier.jitter())
    guard case .retry(let pause, _) = step else { return .seconds(retrier.policy.longestRequestedPause) }
    return max(pause, retrier.policy.firstPause)
  }

  private func recover(from error: RegistryError, work: Work, failures: inout Int) async throws {
    let retrier = configuration.retrier
    let gate = gates[work.source]
    if case .network(.wrongRange) = error.reason {
      gate.yield()
      try rangeWasWrong(error, claim: work.claim)
      return
    }
    let step = retrier.policy.step(
      after: error, failures: failures + 1, now: retrier.now(), jitter: retrier.jitter())
    guard case .retry(let pause, let isCounted) = step else {
      gate.yield()
      let final = error.after(tries: failures + 1)
      throw state.withLock { $0.board.finalFailure(final, for: work.claim.blob) }.after(tries: final.tries)
    }
    if isCounted { failures += 1 }
    if error.asksForPatience {
      state.withLock { $0.board[work.source].governor.stepDown() }
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
}

extension ArchiveFill.State {
  /// The next work for an idle connection: with the best source that has any.
  ///
  /// - Throws: `RegistryError` where a blob is left that no source has.
  mutating func nextWork(
    after previous: ArchiveFill.Work?, connections: Int, at now: Duration
  ) throws -> ArchiveFill.Work? {
    for candidate in board.candidates(at: now, connections: connections) {
      let source = candidate.source
      var taker = TransferSchedule.Taker()
      taker.share = board.share(of: source)
      taker.pace = board[source].pace
      taker.takesRanges = !board[source].isRangeless
      let board = board
      taker.mayTake = { blob in
        board.allows(source, blob) && !(candidate.isLastResort && board.hasAlternative(to: source, for: blob))
      }
      let own = previous.flatMap { $0.source == source ? $0.claim : nil }
      let limit = board.connectionLimit(of: connections)
      if let claim = schedule.claim(connections: limit, after: own, at: now, for: taker)
        ?? (board.isHeldBack ? nil : schedule.takeOver(at: now, for: taker))
      {
        self.board[source].began(at: now)
        sourceOfClaim[claim.id] = source
        return ArchiveFill.Work(claim: claim, source: source)
      }
    }
    for blob in schedule.unclaimedBlobs {
      guard let failure = board.failure(for: blob) else { continue }
      if lostBlob == nil { lostBlob = blob }
      throw failure
    }
    return nil
  }

  mutating func end(_ work: ArchiveFill.Work) {
    release(work.claim.id)
    if let source = sourceOfClaim.removeValue(forKey: work.claim.id) { board[source].ended() }
  }
}

extension RegistryError {
  /// Whether the server, or this machine, is overloaded rather than broken.
  var asksForPatience: Bool {
    switch reason {
    case .network(.rateLimited), .network(.tooManyOpenFiles): true
    case .network(.serverFailure(let status, let until)): status == 503 || until != nil
    default: false
    }
  }
}
