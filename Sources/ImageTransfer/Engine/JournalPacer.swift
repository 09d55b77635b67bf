import ImageArchive
import Synchronization

/// Tells the journals what is written, in pieces worth a record.
final class JournalPacer: Sendable {
  private let blobs: [BlobInFlight]
  private let interval: Int64
  private let pending = Mutex<[Int: RangeSet]>([:])

  /// - Parameter interval: bytes in a row that make a record.
  init(_ blobs: [BlobInFlight], interval: Int64) {
    self.blobs = blobs
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
    try note(due, of: blobs[blob])
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
      try note(ranges.ranges, of: blobs[blob])
    }
  }

  private func note(_ ranges: [Range<Int64>], of blob: BlobInFlight) throws {
    let place = ArchivePlan.Blob(descriptor: blob.descriptor, offset: blob.offset)
    try blob.archive.note(ranges.map { TransferJournal.Claim(place, $0) })
  }
}
