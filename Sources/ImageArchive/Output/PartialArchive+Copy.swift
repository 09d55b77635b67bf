import CFileCopy
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension PartialArchive {
  /// Copies bytes of a blob from a file on disk to a place in the archive, by the system itself where it can.
  ///
  /// - Parameters:
  ///   - range: positions within the blob.
  ///   - target: where the blob begins in the archive.
  /// - Returns: how many bytes could be read, from the beginning of `range` on.
  /// - Throws: ``ArchiveError`` where the archive cannot be written.
  public func copy(
    _ blob: StoredBlob, from source: ArchiveBytes, _ range: Range<Int64>, to target: Int64
  ) throws -> Int64 {
    var position = range.lowerBound
    while position < range.upperBound {
      guard let place = source.place(of: blob.offset + position) else { break }
      let count = dray_copy_range(
        place.file.rawValue, off_t(place.offset), unfinished.rawValue, off_t(target + position),
        Int(min(range.upperBound - position, place.count)))
      if count == 0 { break }
      if count > 0 {
        position += Int64(count)
        continue
      }
      let error = Errno(rawValue: Int32(-count))
      switch error {
      case .interrupted: continue
      case .noSpace, .diskQuotaExceeded, .fileTooLarge:
        throw failure(of: .write, error, needed: range.upperBound - position)
      // Two file systems, an old system, a part of the disk that cannot be read: to be tried the plain way.
      default:
        return try position - range.lowerBound
          + copyThroughMemory(blob, from: source, position..<range.upperBound, to: target)
      }
    }
    return position - range.lowerBound
  }

  private func copyThroughMemory(
    _ blob: StoredBlob, from source: ArchiveBytes, _ range: Range<Int64>, to target: Int64
  ) throws -> Int64 {
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var position = range.lowerBound
    while position < range.upperBound {
      let wanted = Int(min(Int64(buffer.count), range.upperBound - position))
      let count = buffer.withUnsafeMutableBytes { bytes in
        // What cannot be read is not there.
        (try? blob.read(from: source, at: position, into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted])))
          ?? 0
      }
      try buffer.withUnsafeBytes { bytes in
        try write(UnsafeRawBufferPointer(rebasing: bytes[..<count]), at: target + position)
      }
      position += Int64(count)
      if count < wanted { break }
    }
    return position - range.lowerBound
  }
}
