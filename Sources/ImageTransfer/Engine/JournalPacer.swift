import ImageArchive
import Synchronization

/// Tells the journal what is written, in pieces worth a record.
final class JournalPacer: Sendable {
  private let archive: PartialArchive
  private let plan: ArchivePlan
  private let interval: Int64
  private let pending = Mutex<[Int: RangeSet]>([:])

  /// - Parameter interval: bytes in a row that make a record.
  init(archive: PartialArchive, plan: ArchivePlan, interval: Int64) {
    self.archive = archive
    self.plan = plan
    self.interval = interval
  }

  /// - Throws: `ArchiveError`.
  func record(_ blob: Int, _ range: Range<Int64>) throws {
    let due = pending.withLock { pending -> [Range<Int64>] in
      pending[blob, default: RangeSet()].insert(range)
      let due = pending[blob, default: RangeSet()].ranges.filter { $0.upperBound - $0.lowerBound >= interval }
      for range in due { pending[blob, default: RangeSet()].remove(range) }
      return due
    }
    guard !due.isEmpty else { return }
    try archive.note(due.map { TransferJournal.Claim(plan.blobs[blob], $0) })
  }

  /// Tells the rest.
  ///
  /// - Throws: `ArchiveError`.
  func flush() throws {
    let rest = pending.withLock { pending in
      defer { pending = [:] }
      return pending
    }
    for (blob, ranges) in rest {
      try archive.note(ranges.ranges.map { TransferJournal.Claim(plan.blobs[blob], $0) })
    }
  }
}
