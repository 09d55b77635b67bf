import NIOPosix
import RegistryClient

/// Follows the digests of all blobs, and fetches anew what turns out to be wrong.
extension ArchiveFill {
  func followDigests() async throws {
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
    let (restarts, blamed) = state.withLock { state in
      state.restarts[index, default: 0] += 1
      return (state.restarts[index, default: 0], state.board.wrongBytes(of: index))
    }
    // Each source may be wrong once; a single one gets a second chance.
    guard restarts <= sources.count, blob.descriptor.size > 0 else {
      throw RegistryError(.blobDigestMismatch(expected: blob.descriptor.digest, found: found), tries: restarts)
    }
    for source in blamed { observe(.wrongBytes(index, source: sources[source].name)) }
    blob.restart()
    state.withLock { $0.schedule.restart(blob: index) }
    change.notify()
    return false
  }
}
