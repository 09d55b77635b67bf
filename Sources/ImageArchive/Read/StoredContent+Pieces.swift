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

  /// Hands over bytes that nothing is known of. Errors are those of ``pass(_:of:digesting:into:passed:)``, and
  /// `FileError.fileReplaced` where the file is gone, or has become shorter.
  package func pass(
    _ range: Range<Int64>, into sink: any ByteSink, passed: (Int64) -> Void = { _ in }
  ) async throws {
    guard let file = try await Workers.current.run({ try open() }) else { throw FileError.fileReplaced(path) }
    var hasher: DigestHasher?
    guard try await pass(range, of: file, digesting: &hasher, into: sink, passed: passed) else {
      throw FileError.fileReplaced(path)
    }
  }
}
