import BlobTransfer
import FileAccess
import ImageArchive
import ImageModel
import Synchronization

/// The place of a blob in an unfinished file. What comes is noted in the file's journal, in pieces worth a record.
final class FilePlace: BlobSink {
  /// Bytes in a row that make a record in the journal.
  private static let recordInterval: Int64 = 1 << 20

  let blob: Descriptor
  let file: PartialArchive
  /// Where the blob's first byte is in the file.
  let offset: Int64
  private let state: Mutex<State>

  private struct State {
    var held: RangeSet
    /// In its place, and not in the journal yet.
    var pending = RangeSet()
  }

  /// - Parameter held: what an earlier run left of the blob.
  init(_ blob: Descriptor, in file: PartialArchive, at offset: Int64, holding held: RangeSet) {
    self.blob = blob
    self.file = file
    self.offset = offset
    state = Mutex(State(held: held))
  }

  var held: RangeSet { state.withLock { $0.held } }

  /// Writes a blob that is in memory.
  ///
  /// - Throws: `ArchiveError`.
  func fill(_ bytes: [UInt8]) throws {
    guard !bytes.isEmpty else { return }
    try bytes.withUnsafeBytes { try file.write($0, at: offset) }
    state.withLock { $0.held.insert(0..<blob.size) }
  }

  func write(_ bytes: UnsafeRawBufferPointer, at position: Int64) throws {
    try file.write(bytes, at: offset + position)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int64) throws -> Int {
    try file.read(into: buffer, at: offset + position)
  }

  func note(_ range: Range<Int64>) throws {
    let due = state.withLock { state -> [Range<Int64>] in
      state.pending.insert(range)
      let due = state.pending.ranges.filter { $0.upperBound - $0.lowerBound >= Self.recordInterval }
      for range in due { state.pending.remove(range) }
      return due
    }
    try record(due)
  }

  /// Tells the journal the rest.
  ///
  /// - Throws: `ArchiveError`.
  func flush() throws {
    let rest = state.withLock { state in
      defer { state.pending = RangeSet() }
      return state.pending.ranges
    }
    try record(rest)
  }

  private func record(_ ranges: [Range<Int64>]) throws {
    guard !ranges.isEmpty else { return }
    let place = ArchivePlan.Blob(descriptor: blob, offset: offset)
    try file.note(ranges.map { TransferJournal.Claim(place, $0) })
  }

  /// A copy of the blob that stands on disk.
  func copy(of stored: StoredBlob) -> BlobCopy {
    BlobCopy(place: stored.path.string) { [self] in
      guard let bytes = (try? stored.open()) ?? nil else { return nil }
      return { [self] range in try file.copy(stored, from: bytes, range, to: offset) == Int64(range.count) }
    }
  }
}
