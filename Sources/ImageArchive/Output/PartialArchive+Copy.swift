import FileAccess
import SystemPackage

extension PartialArchive {
  /// Copies bytes of a blob from a file on disk to a place in the archive, by the system itself where it can.
  ///
  /// - Parameters:
  ///   - range: positions within the blob.
  ///   - target: where the blob begins in the archive.
  /// - Returns: how many bytes could be read, from the beginning of `range` on.
  /// - Throws: ``FileError`` where the archive cannot be written.
  public func copy(
    _ blob: StoredBlob, from source: ArchiveBytes, _ range: Range<Int64>, to target: Int64
  ) throws -> Int64 {
    try copy(
      from: source, (blob.offset + range.lowerBound)..<(blob.offset + range.upperBound), to: target + range.lowerBound)
  }

  /// Does the same with any bytes.
  ///
  /// - Parameters:
  ///   - range: positions in `source`.
  ///   - target: where the first of them goes in the archive.
  package func copy(from source: ArchiveBytes, _ range: Range<Int64>, to target: Int64) throws -> Int64 {
    var position = range.lowerBound
    while position < range.upperBound {
      guard let place = source.place(of: position) else { break }
      guard let end = self.place(of: target + position - range.lowerBound) else {
        throw failure(of: .write, .invalidArgument, needed: 0)
      }
      do throws(Errno) {
        let count = try place.file.copy(
          Int(min(range.upperBound - position, place.count, end.room)), at: place.offset, to: end.file, at: end.offset)
        if count == 0 { break }
        position += Int64(count)
      } catch {
        guard error != .noSpace, error != .diskQuotaExceeded, error != .fileTooLarge else {
          throw failure(of: .write, error, needed: range.upperBound - position)
        }
        // Two file systems, an old system, a part of the disk that cannot be read: to be tried the plain way.
        return try position - range.lowerBound
          + copyThroughMemory(
            from: source, position..<range.upperBound, to: target + position - range.lowerBound)
      }
    }
    return position - range.lowerBound
  }

  private func copyThroughMemory(
    from source: ArchiveBytes, _ range: Range<Int64>, to target: Int64
  ) throws -> Int64 {
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var position = range.lowerBound
    while position < range.upperBound {
      let wanted = Int(min(Int64(buffer.count), range.upperBound - position))
      let count = buffer.withUnsafeMutableBytes { bytes in
        // What cannot be read is not there.
        (try? source.readFully(into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted]), at: position)) ?? 0
      }
      try buffer.withUnsafeBytes { bytes in
        try write(UnsafeRawBufferPointer(rebasing: bytes[..<count]), at: target + position - range.lowerBound)
      }
      position += Int64(count)
      if count < wanted { break }
    }
    return position - range.lowerBound
  }
}
