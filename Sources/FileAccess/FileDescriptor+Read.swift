import SystemPackage

extension FileDescriptor {
  /// Reads from a place in the file until the buffer is full or the file ends; returns the number of bytes.
  package func readFully(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(Errno) -> Int {
    var filled = 0
    while filled < buffer.count {
      let count: Int
      do {
        count = try read(
          fromAbsoluteOffset: offset + Int64(filled), into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
      } catch { throw error as? Errno ?? .ioError }
      guard count > 0 else { break }
      filled += count
    }
    return filled
  }
}
