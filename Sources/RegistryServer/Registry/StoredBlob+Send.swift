import FileAccess
import ImageArchive
import NIOCore
import Waiting

extension StoredBlob {
  /// Bytes that are read at once. Two pieces wait for each client: one in its socket's queue, one behind it. With what TLS adds
  /// to it a piece still fits in 128 KiB: the buffer that it is encrypted into would else be twice as large.
  private static let piece: Int64 = 124 << 10
  /// Bytes that the system sends at once, from the file to the socket: few at first, for the first byte waits until all of them
  /// are in memory.
  private static let part: (first: Int64, next: Int64) = (1 << 20, 4 << 20)

  /// Hands a range of the blob over, read where it stands.
  ///
  /// - Parameter file: what ``open()`` gave.
  /// - Throws: where the file cannot be read, or is no longer what it was: then none of the last bytes is handed over.
  func send(_ range: Range<Int64>, of file: ArchiveBytes, to writer: any AnswerWriter) async throws {
    var position = range.lowerBound
    var takesParts = true
    while position < range.upperBound {
      try Task.checkCancellation()
      let start = position
      // The last bytes are looked at once more, and so are read here.
      let rest = range.upperBound - start - Self.piece
      if takesParts, rest >= Self.piece {
        let size = start == range.lowerBound ? Self.part.first : Self.part.next
        let part = try await Workers.current.run { try lent(start..<start + min(rest, size), of: file) }
        takesParts = try await writer.send(part)
        if takesParts {
          position += Int64(part.region.readableBytes)
          continue
        }
      }
      let end = min(start + Self.piece, range.upperBound)
      let bytes = try await Workers.current.run {
        let bytes = try self.bytes(start..<end, of: file)
        guard end < range.upperBound || file.isUnchanged else { throw FileError.fileReplaced(path) }
        return bytes
      }
      try await writer.write(bytes)
      position = end
    }
  }

  /// The beginning of a range, as far as one file holds it. The system has read it then, so that the connection's loop, which
  /// sends it, does not wait for the disk.
  private func lent(_ range: Range<Int64>, of file: ArchiveBytes) throws(FileError) -> FilePart {
    guard let place = file.place(of: offset + range.lowerBound) else { throw .fileReplaced(path) }
    let count = min(range.upperBound - range.lowerBound, place.count)
    do { try place.file.awaitCache(at: place.offset, count: count) } catch {
      throw .system(.read, path, error)
    }
    let lent = LentFile(place.file.rawValue, of: file)
    return FilePart(
      of: lent, at: place.offset, count: Int(count), isUnchanged: { file.isUnchanged },
      read: { try bytes(range.lowerBound..<range.lowerBound + count, of: file) })
  }

  /// - Throws: `FileError.fileReplaced` where the file has no such bytes any more.
  private func bytes(_ range: Range<Int64>, of file: ArchiveBytes) throws -> ByteBuffer {
    let count = Int(range.upperBound - range.lowerBound)
    var buffer = ByteBufferAllocator().buffer(capacity: count)
    try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
      try read(from: file, at: range.lowerBound, into: UnsafeMutableRawBufferPointer(rebasing: space[..<count]))
    }
    guard buffer.readableBytes == count else { throw FileError.fileReplaced(path) }
    return buffer
  }
}
