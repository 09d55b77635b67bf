import ImageArchive
import ImageModel

extension PartialArchive {
  /// Lays the file out by a plan: keeps the bytes of every blob that an earlier run left, brings them to their places, reserves
  /// the space, and writes what the plan holds itself. Runs on a thread that may wait.
  ///
  /// - Parameter images: what ``TransferJournal/images`` is to say.
  /// - Returns: what is there of each blob. It is believed only once the blob's digest is right.
  /// - Throws: `ArchiveError`.
  package func prepare(for plan: ArchivePlan, images: Set<String>, restarts: Bool) throws -> [Digest: RangeSet] {
    var present: [Digest: RangeSet] = [:]
    var moves: [Move] = []
    var claims: [TransferJournal.Claim] = []
    if !restarts, let journal, !isNew {
      for blob in plan.blobs {
        guard let held = journal.blobs[blob.digest], held.size == blob.size, !held.ranges.isEmpty else { continue }
        present[blob.digest] = held.ranges
        for range in held.ranges.ranges {
          claims.append(TransferJournal.Claim(blob, range))
          moves.append(
            .init(from: held.offset + range.lowerBound, to: blob.offset + range.lowerBound, count: Int64(range.count)))
        }
      }
    }
    // A place may be behind the end that the file has now, and what goes there before the end that it gets.
    if !moves.isEmpty { try grow(to: plan.size) }
    try move(moves)
    try reserve(size: plan.size)
    for case .literal(let offset, let bytes) in plan.extents {
      try bytes.withUnsafeBytes { try write($0, at: offset) }
    }
    try startJournal(plan: plan.fingerprint, images: images, keeping: claims)
    return present
  }
}
