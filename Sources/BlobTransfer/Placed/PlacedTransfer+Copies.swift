/// Copies what stands on disk already, while the rest is fetched.
extension PlacedTransfer {
  func copyStored() async throws {
    for index in copies.pending {
      let isThere = try await copies.copy(index, blobs[index], on: threads) { range, followUp in
        try self.blobs[index].sink.note(range)
        self.send(followUp, of: index)
      }
      if !isThere, copies.giveUp(index) != nil { fetchRest(of: index) }
    }
  }

  /// Lets connections fetch what a blob lacks.
  func fetchRest(of index: Int) {
    let missing = blobs[index].written.missing(in: 0..<blobs[index].descriptor.size)
    state.withLock { $0.schedule.offer(missing, of: index) }
    pool.change.notify()
  }
}
