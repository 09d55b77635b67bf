import ImageArchive
import ImageModel

/// What an earlier run left in an unfinished archive, brought to the places of today's plan.
struct Resumption: Sendable {
  /// By digest; positions within the blob. Believed only once the blob's digest is right.
  let present: [Digest: RangeSet]

  /// Lays the file out by `plan`: keeps the bytes of every blob that both have, reserves the space, and writes what
  /// the plan holds itself.
  ///
  /// - Parameter images: what ``TransferJournal/images`` is to say.
  /// - Throws: `ArchiveError`.
  init(_ archive: PartialArchive, plan: ArchivePlan, images: Set<String>, restart: Bool) throws {
    var present: [Digest: RangeSet] = [:]
    var moves: [PartialArchive.Move] = []
    var claims: [TransferJournal.Claim] = []
    if !restart, let journal = archive.journal, !archive.isNew {
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
    if !moves.isEmpty { try archive.grow(to: plan.size) }
    try archive.move(moves)
    try archive.reserve(size: plan.size)
    for case .literal(let offset, let bytes) in plan.extents {
      try bytes.withUnsafeBytes { try archive.write($0, at: offset) }
    }
    try archive.startJournal(plan: plan, images: images, keeping: claims)
    self.present = present
  }
}
