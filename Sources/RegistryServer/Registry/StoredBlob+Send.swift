import FileAccess
import ImageArchive
import NIOCore
import Waiting

extension StoredBlob {
  /// Bytes that are read at once. Two pieces wait for each client: one in its socket's queue, one behind it.
  private static let piece: Int64 = 128 << 10
  /// Bytes that the system sends at once, from the file to the socket.
  private static let part: Int64 = 1 << 20

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
        let part = try await Workers.current.run { try loaded(start..<start + min(rest, Self.part), of: file) }
        takesParts = try await writer.send(part)
        if takesParts {
          position += Int64(part.count)
          continue
        }
      }
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

  /// The beginning of a range, as far as one file holds it. It is read once, so that the connection's loop, which sends it, does
  /// not wait for the disk.
  private func loaded(_ range: Range<Int64>, of file: ArchiveBytes) throws(FileError) -> FilePart {
    guard let place = file.place(of: offset + range.lowerBound) else { throw .fileReplaced(path) }
    let end = min(range.upperBound, range.lowerBound + place.count)
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    defer { scratch.deallocate() }
    var position = range.lowerBound
    while position < end {
      let wanted = Int(min(end - position, Int64(scratch.count)))
      let count = try read(from: file, at: position, into: UnsafeMutableRawBufferPointer(rebasing: scratch[..<wanted]))
      guard count == wanted else { throw .fileReplaced(path) }
      position += Int64(count)
    }
    return FilePart(archive: file, file: place.file, offset: place.offset, count: Int(end - range.lowerBound))
  }
}
