import ImageModel
import NIOPosix
import RegistryClient

/// Follows the digests of all blobs, and fetches anew what turns out to be wrong.
extension ArchiveFill {
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
          guard found == blobs[index].descriptor.digest, !isSuspicious(index) else {
            group.addTask { await self.follow { try await self.judge(index, found: found) } }
            continue
          }
          observe(.verified(index))
        case .judged(let index): observe(.verified(index))
        }
        remaining -= 1
        if remaining == 0 { return }
      }
      try Task.checkCancellation()
    }
  }

  /// Lets a failure end the signals: nobody looks at the tasks before.
  private func follow(_ body: () async throws -> Void) async {
    do { try await body() } catch { signal.finish(throwing: error) }
  }

  private func catchUp(_ index: Int) async throws {
    let blob = blobs[index]
    send(try await NIOThreadPool.singleton.runIfActive { try blob.catchUp() }, of: index)
  }

  private func judge(_ index: Int, found: Digest) async throws {
    let blob = blobs[index]
    if found == blob.descriptor.digest {
      try await convict(index)
      signal.yield(.judged(index))
    } else if let stored = copies.giveUp(index) {
      observe(.wrongCopy(index, path: stored.path.string))
      blob.restart()
      fetchRest(of: index)
    } else {
      try await fetchAnew(index, found: found)
    }
  }

  private func fetchAnew(_ index: Int, found: Digest) async throws {
    let blob = blobs[index]
    let shares = state.withLock { $0.takeShares(of: index) }
    let suspects = Set(shares.map(\.source))
    let evidence = suspects.count > 1 ? try await evidence(shares, of: index) : []
    let (restarts, blamed) = state.withLock { state -> (Int, [Int]) in
      state.restarts[index, default: 0] += 1
      let restarts = state.restarts[index, default: 0]
      guard suspects.count > 1 else { return (restarts, state.board.wrongBytes(of: index, from: suspects)) }
      state.evidence[index, default: []] += evidence
      state.board.exclude(suspects, from: index)
      return (restarts, [])
    }
    // Each source may be wrong once; a single one gets a second chance.
    guard restarts <= state.withLock({ $0.board.count(for: index) }), blob.descriptor.size > 0 else {
      tell(Set(state.withLock { $0.evidence.removeValue(forKey: index) ?? [] }.map(\.source)), wrong: index)
      state.withLock { $0.lostBlob = $0.lostBlob ?? index }
      throw RegistryError(.blobDigestMismatch(expected: blob.descriptor.digest, found: found), tries: restarts)
    }
    tell(Set(blamed), wrong: index)
    blob.restart()
    state.withLock { $0.schedule.restart(blob: index) }
    change.notify()
  }
}
