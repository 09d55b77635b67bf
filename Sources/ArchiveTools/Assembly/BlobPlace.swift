import BlobTransfer
import FileAccess
import ImageArchive
import ImageModel
import Synchronization
import Waiting

/// The place of a blob in an unfinished file. What comes is noted in the file's journal, in pieces worth a record.
package final class BlobPlace: BlobSink {
  /// Bytes in a row that make a record in the journal.
  private static let recordInterval: Int64 = 1 << 20

  package let blob: Descriptor
  package let file: PartialArchive
  /// Where the blob's first byte is in the file.
  package let offset: Int64
  private let isNoted: Bool
  private let complete: (@Sendable () throws -> Void)?
  private let state: Mutex<State>

  private struct State {
    var held: RangeSet
    /// In its place, and not in the journal yet.
    var pending = RangeSet()
  }

  /// - Parameters:
  ///   - held: what an earlier run left of the blob.
  ///   - isNoted: whether a later run goes on from what came.
  ///   - complete: called on a thread that may wait once the blob is whole and right.
  package init(
    _ blob: Descriptor, in file: PartialArchive, at offset: Int64 = 0, holding held: RangeSet = RangeSet(),
    isNoted: Bool = true, complete: (@Sendable () throws -> Void)? = nil
  ) {
    self.blob = blob
    self.file = file
    self.offset = offset
    self.isNoted = isNoted
    self.complete = complete
    state = Mutex(State(held: held))
  }

  package var held: RangeSet { state.withLock { $0.held } }

  /// Writes a blob that is in memory.
  ///
  /// - Throws: `ArchiveError`.
  package func fill(_ bytes: [UInt8]) throws {
    guard !bytes.isEmpty else { return }
    try bytes.withUnsafeBytes { try file.write($0, at: offset) }
    state.withLock { $0.held.insert(0..<blob.size) }
  }

  package func write(_ bytes: UnsafeRawBufferPointer, at position: Int64) throws {
    try file.write(bytes, at: offset + position)
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int64) throws -> Int {
    try file.read(into: buffer, at: offset + position)
  }

  package func note(_ range: Range<Int64>) throws {
    guard isNoted else { return }
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
  package func flush() throws {
    let rest = state.withLock { state in
      defer { state.pending = RangeSet() }
      return state.pending.ranges
    }
    try record(rest)
  }

  package func finish() async throws {
    guard let complete else { return }
    try await Workers.current.run { [self] in
      try flush()
      try complete()
    }
  }

  private func record(_ ranges: [Range<Int64>]) throws {
    guard !ranges.isEmpty else { return }
    let place = ArchivePlan.Blob(descriptor: blob, offset: offset)
    try file.note(ranges.map { TransferJournal.Claim(place, $0) })
  }

  /// A copy of the blob that stands on disk.
  ///
  /// - Parameter failure: what ends the transfer where neither this nor another copy serves; nil where the blob is fetched
  ///   then.
  package func copy(
    of content: ContentOnDisk, failure: (@Sendable (BlobCopy.Fault) -> any Error)? = nil
  ) -> BlobCopy {
    BlobCopy(place: content.path.string, failure: failure) { [self] in
      let (bytes, start): (ArchiveBytes, Int64)
      do { (bytes, start) = try content.open() } catch {
        if failure == nil { return nil }
        guard case .fileReplaced? = error as? FileError else { throw error }
        return nil
      }
      return { [self] range in
        let source = (start + range.lowerBound)..<(start + range.upperBound)
        let count = try file.copy(from: bytes, source, to: offset + range.lowerBound)
        file.beginWriteback()
        return count == Int64(range.count)
      }
    }
  }
}
