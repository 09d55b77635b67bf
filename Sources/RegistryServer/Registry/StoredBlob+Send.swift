import FileAccess
import ImageArchive
import NIOCore
import Waiting

extension StoredBlob {
  /// Bytes that are read at once. Two pieces wait for each client: one in its socket's queue, one behind it.
  private static let piece: Int64 = 128 << 10

  /// Hands a range of the blob over, read where it stands.
  ///
  /// - Parameter file: what ``open()`` gave.
  /// - Throws: where the file cannot be read, or is no longer what it was: then none of the last bytes is handed over.
  func send(_ range: Range<Int64>, of file: ArchiveBytes, to writer: any AnswerWriter) async throws {
    var position = range.lowerBound
    while position < range.upperBound {
      try Task.checkCancellation()
      let start = position
      let wanted = Int(min(Self.piece, range.upperBound - start))
      let isLast = start + Int64(wanted) == range.upperBound
      let bytes = try await Workers.current.run {
        var buffer = ByteBufferAllocator().buffer(capacity: wanted)
        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { space in
          try read(from: file, at: start, into: UnsafeMutableRawBufferPointer(rebasing: space[..<wanted]))
        }
        guard buffer.readableBytes == wanted, !isLast || file.isUnchanged else { throw FileError.fileReplaced(path) }
        return buffer
      }
      try await writer.write(bytes)
      position += Int64(wanted)
    }
  }
}
