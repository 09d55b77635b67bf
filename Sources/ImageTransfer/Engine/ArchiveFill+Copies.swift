/// Copies what stands on disk already, while the rest is fetched.
extension ArchiveFill {
  func copyStored() async throws {
    for index in copies.pending {
      let isThere = try await copies.copy(index, blobs[index]) { range, followUp in
        try self.record(index, range)
        self.send(followUp, of: index)
      }
      if !isThere, copies.giveUp(index) != nil { fetchRest(of: index) }
    }
  }

  /// Lets connections fetch what a blob lacks.
  func fetchRest(of index: Int) {
    let missing = blobs[index].written.missing(in: 0..<blobs[index].descriptor.size)
    state.withLock { $0.schedule.offer(missing, of: index) }
    change.notify()
  }
}
