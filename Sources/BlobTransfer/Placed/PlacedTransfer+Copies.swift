import Waiting

/// Copies what stands on disk already, while the rest is fetched.
extension PlacedTransfer {
  /// The longest first: the last one to end is then a short one.
  func copyStored() async throws {
    let order = copies.pending.sorted { (blobs[$0].descriptor.size, $1) > (blobs[$1].descriptor.size, $0) }
    _ = try await inParallel(order, width: copiesAtOnce) { try await self.copy($0) }
  }

  /// Copies what a blob lacks. Where no copy of it is left, connections may fetch it.
  func copy(_ index: Int) async throws {
    while copies.contains(index) {
      let fault = try await copies.copy(index, blobs[index], on: threads) { range, followUp in
        try self.blobs[index].sink.note(range)
        self.send(followUp, of: index)
      }
      guard let fault else { return }
      _ = try copies.giveUp(index, fault)
      // Which bytes are wrong of two copies, nobody could tell.
      if copies.contains(index) { blobs[index].restart() }
    }
    let missing = blobs[index].written.missing(in: 0..<blobs[index].descriptor.size)
    state.withLock { $0.schedule.offer(missing, of: index) }
    pool.change.notify()
  }
}
