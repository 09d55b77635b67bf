import FileAccess
import ImageModel
import NIOCore
import Waiting

extension StoredContent {
  /// Bytes that are read at once.
  private static let piece: Int64 = 1 << 20

  /// Hands bytes over in order. They are read on threads that may wait, a piece at a time.
  ///
  /// - Parameters:
  ///   - hasher: takes in the bytes before they are handed over.
  ///   - passed: told where the bytes end that were handed over.
  /// - Returns: whether all of them were there.
  /// - Throws: `FileError`; what `sink` throws; `CancellationError`.
  package func pass(
    _ range: Range<Int64>, of file: ArchiveBytes, digesting hasher: inout DigestHasher?, into sink: any ByteSink,
    passed: (Int64) -> Void = { _ in }
  ) async throws -> Bool {
    var position = range.lowerBound
    while position < range.upperBound {
      try Task.checkCancellation()
      let (start, before) = (position, hasher)
      let wanted = Int(min(Self.piece, range.upperBound - start))
      let (bytes, after) = try await Workers.current.run {
        var hasher = before
        var bytes = ByteBufferAllocator().buffer(capacity: wanted)
        try bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { space in
          try read(from: file, at: start, into: UnsafeMutableRawBufferPointer(rebasing: space[..<wanted]))
        }
        bytes.withUnsafeReadableBytes { hasher?.update($0) }
        return (bytes, hasher)
      }
      hasher = after
      guard bytes.readableBytes == wanted else { return false }
      try await sink.write(bytes)
      position += Int64(wanted)
      passed(position)
    }
    return true
  }

  /// Hands over bytes that nothing is known of, as parts of the file. Errors are those of
  /// ``pass(_:of:digesting:into:passed:)``, and `FileError.fileReplaced` where the file is gone, or has changed.
  package func pass(
    _ range: Range<Int64>, into sink: any ByteSink, passed: (Int64) -> Void = { _ in }
  ) async throws {
    guard let file = try await Workers.current.run({ try open() }) else { throw FileError.fileReplaced(path) }
    var position = range.lowerBound
    var lent: LentVolume?
    while position < range.upperBound {
      try Task.checkCancellation()
      let (start, last) = (position, lent)
      let (part, volume) = try await Workers.current.run {
        try lend(file, start..<min(start + Self.piece, range.upperBound), last)
      }
      lent = volume
      try await sink.write(part)
      position += Int64(part.region.readableBytes)
      passed(position)
    }
  }

  /// The volume that the last part was of.
  private struct LentVolume: Sendable {
    let descriptor: CInt
    let file: LentFile
  }

  /// As much of a range as stands in one volume. The system has read it then, so that no connection waits for a disk.
  private func lend(
    _ file: ArchiveBytes, _ range: Range<Int64>, _ last: LentVolume?
  ) throws -> (FilePart, LentVolume) {
    guard try file.currentIdentity() == identity, let place = file.place(of: offset + range.lowerBound) else {
      throw FileError.fileReplaced(path)
    }
    let count = min(range.upperBound - range.lowerBound, place.count)
    do { try place.file.awaitCache(at: place.offset, count: count) } catch {
      throw FileError.system(.read, path, error)
    }
    let volume =
      if let last, last.descriptor == place.file.rawValue { last } else {
        LentVolume(descriptor: place.file.rawValue, file: LentFile(place.file.rawValue, of: file))
      }
    let part = FilePart(of: volume.file, at: place.offset, count: Int(count)) {
      var bytes = ByteBufferAllocator().buffer(capacity: Int(count))
      try bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: Int(count)) { space in
        try read(from: file, at: range.lowerBound, into: UnsafeMutableRawBufferPointer(rebasing: space[..<Int(count)]))
      }
      guard bytes.readableBytes == Int(count) else { throw FileError.fileReplaced(path) }
      return bytes
    }
    return (part, volume)
  }
}
