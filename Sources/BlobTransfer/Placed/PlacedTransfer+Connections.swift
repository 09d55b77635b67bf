import Waiting

/// What one connection does: it takes a claim, fetches it, and takes the next.
extension PlacedTransfer {
  /// A claim, and whom it is asked of.
  struct Work: Sendable {
    let claim: TransferSchedule.Claim
    let source: Int
  }

  func fetchClaims(lane: Int) async throws {
    var previous: Work?
    while true {
      let work = try await nextWork(after: previous)
      let (claim, blob) = (work.claim, blobs[work.claim.blob])
      var tries = TryCount()
      do {
        requests: while let rest = state.withLock({ $0.schedule.rest(of: claim.id) }), !rest.isEmpty {
          let receiver = ClaimReceiver(transfer: self, work: work, blob: blob, from: rest.lowerBound)
          let range = state.withLock { $0.schedule.request(for: rest, of: claim.blob) }
          let outcome = try await pool.request(
            blob.descriptor, number: claim.blob, range: range, from: work.source, lane: lane, receiver: receiver,
            tries: &tries, position: { receiver.position })
          switch outcome {
          case .goOn: continue
          case .ended, .switchSource: break requests
          case .wrongRange(let error): try rangeWasWrong(error, claim: claim)
          }
        }
      } catch {
        // Nobody is to try again what has just failed for good.
        state.withLock { state in
          state.hasFailed = true
          if !(error is CancellationError), state.lostBlob == nil { state.lostBlob = claim.blob }
        }
        end(work)
        throw error
      }
      end(work)
      pool.change.notify()
      previous = work
    }
  }

  private func end(_ work: Work) {
    state.withLock { state in
      state.release(work.claim.id)
      state.sourceOfClaim[work.claim.id] = nil
    }
    pool.withBoard { $0[work.source].ended() }
  }

  private func nextWork(after previous: Work?) async throws -> Work {
    while true {
      try Task.checkCancellation()
      let generation = pool.change.generation
      let now = pool.stopwatch.elapsed
      let work = try pool.withBoard { board in
        try state.withLock { state -> Work? in
          guard !state.hasFailed, state.schedule.activeClaims < pool.connections else { return nil }
          return try state.nextWork(by: &board, after: previous, connections: pool.connections, at: now)
        }
      }
      if let work { return work }
      try await pool.change.wait(since: generation)
    }
  }

  private func rangeWasWrong(_ error: any RetriableFailure, claim: TransferSchedule.Claim) throws {
    try state.withLock { state in
      // The claim is withdrawn: another connection was answered wrongly before, and the blob has begun anew.
      guard state.schedule.end(of: claim.id) != nil else { return }
      switch state.wrongRanges.note(claim.blob) {
      case .askAgain: break
      case .askForAll: state.schedule.restart(blob: claim.blob, rangeless: true)
      case .giveUp(let tries): throw error.after(tries: tries)
      }
    }
    pool.change.notify()
  }
}

extension PlacedTransfer.State {
  /// The next work for an idle connection: with the best source that has any.
  ///
  /// - Throws: ``RetriableFailure`` where a blob is left that no source has.
  mutating func nextWork(
    by board: inout SourceBoard, after previous: PlacedTransfer.Work?, connections: Int, at now: Duration
  ) throws -> PlacedTransfer.Work? {
    for candidate in board.candidates(at: now, connections: connections) {
      let source = candidate.source
      var taker = TransferSchedule.Taker()
      taker.share = board.share(of: source)
      taker.pace = board[source].pace
      taker.takesRanges = !board[source].isRangeless
      taker.isOnlyOneForRest = { [board] blob in
        board.allows(source, blob) && !board.hasRangedAlternative(to: source, for: blob)
      }
      taker.mayTake = { [board] blob in
        board.allows(source, blob) && !(candidate.isLastResort && board.hasAlternative(to: source, for: blob))
      }
      let own = previous.flatMap { $0.source == source ? $0.claim : nil }
      let limit = board.connectionLimit(of: connections)
      if let claim = schedule.claim(connections: limit, after: own, at: now, for: taker)
        ?? (board.isHeldBack ? nil : schedule.takeOver(at: now, for: taker))
      {
        board[source].began(at: now)
        sourceOfClaim[claim.id] = source
        return PlacedTransfer.Work(claim: claim, source: source)
      }
    }
    for blob in schedule.unclaimedBlobs {
      guard let failure = board.failure(for: blob) else { continue }
      if lostBlob == nil { lostBlob = blob }
      throw failure
    }
    return nil
  }
}
