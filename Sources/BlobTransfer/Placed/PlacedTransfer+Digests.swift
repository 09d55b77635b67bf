import ImageModel
import NIOPosix
import Waiting

/// Follows the digests of all blobs, and fetches anew what turns out to be wrong.
extension PlacedTransfer {
  func followDigests() async throws {
    for index in blobs.indices { send(blobs[index].startCatchUp(), of: index) }
    var remaining = blobs.count
    guard remaining > 0 else { return }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for try await signal in signals {
        switch signal {
        case .catchUp(let index):
          group.addTask { await self.follow { try await self.catchUp(index) } }
          continue
        case .complete(let index):
          let found = blobs[index].digest()
          guard found == blobs[index].descriptor.digest, !mayBeCorrupt(index) else {
            group.addTask { await self.follow { try await self.judge(index, found: found) } }
            continue
          }
          try await verified(index)
        case .judged(let index): try await verified(index)
        }
        remaining -= 1
        if remaining == 0 { return }
      }
      try Task.checkCancellation()
    }
  }

  private func verified(_ index: Int) async throws {
    try await blobs[index].sink.finish()
    observe(.verified(index, isCopied: copies.contains(index), isKept: blobs[index].isKept))
  }

  /// Lets a failure end the signals: nobody looks at the tasks before.
  private func follow(_ body: () async throws -> Void) async {
    do { try await body() } catch { signal.finish(throwing: error) }
  }

  private func catchUp(_ index: Int) async throws {
    let blob = blobs[index]
    send(try await threads.runIfActive { try blob.catchUp() }, of: index)
  }

  private func judge(_ index: Int, found: Digest) async throws {
    let blob = blobs[index]
    if found == blob.descriptor.digest {
      try await judgeSources(index)
      signal.yield(.judged(index))
    } else if let place = try copies.giveUp(index, .wrong) {
      observe(.wrongCopy(index, place: place))
      blob.restart()
      try await copy(index)
    } else {
      try await fetchAnew(index, found: found)
    }
  }

  private func fetchAnew(_ index: Int, found: Digest) async throws {
    let blob = blobs[index]
    let shares = state.withLock { $0.takeShares(of: index, size: blob.descriptor.size) }
    let suspects = Set(shares.map(\.source))
    let evidence = suspects.count > 1 ? try await evidence(shares, of: index) : []
    let restarts = state.withLock { state in
      state.restarts[index, default: 0] += 1
      if suspects.count > 1 { state.evidence[index, default: []] += evidence }
      return state.restarts[index, default: 0]
    }
    let (blamed, sources) = pool.withBoard { board -> ([Int], Int) in
      guard suspects.count > 1 else { return (board.wrongBytes(of: index, from: suspects), board.count(for: index)) }
      board.exclude(suspects, from: index)
      return ([], board.count(for: index))
    }
    // Each source may be wrong once; a single one gets a second chance.
    guard restarts <= sources, blob.descriptor.size > 0 else {
      let evidence = state.withLock { $0.evidence.removeValue(forKey: index) ?? [] }
      reportWrongBytes(Set(evidence.map(\.source)), of: index)
      state.withLock { $0.lostBlob = $0.lostBlob ?? index }
      throw WrongBlob(expected: blob.descriptor.digest, found: found, tries: restarts)
    }
    reportWrongBytes(Set(blamed), of: index)
    blob.restart()
    state.withLock { $0.schedule.restart(blob: index) }
    pool.change.notify()
  }
}
