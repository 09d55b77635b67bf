import ImageArchive
import ImageModel
import NIOPosix
import SystemPackage

/// Bytes on disk that go into what is written, and the digest that they must have there.
struct ContentOnDisk: Sendable {
  enum Source: Sendable {
    case stored(StoredContent)
    /// Made on the way.
    case made(NamelessFile)
  }

  /// How much is copied between two looks at whether to go on, in bytes.
  private static let piece: Int64 = 8 << 20

  let descriptor: Descriptor
  let source: Source
  /// What holds it, for errors: the archive, and its member.
  let path: FilePath
  let name: String

  /// Opens it to read it, at once or in pieces.
  ///
  /// - Returns: the bytes, and where in them the first one is.
  /// - Throws: `ArchiveError`.
  func open() throws(ArchiveError) -> (bytes: ArchiveBytes, offset: Int64) {
    switch source {
    case .stored(let content):
      guard let bytes = try content.open() else { throw .fileReplaced(path) }
      return (bytes, content.offset)
    case .made(let file): return (try file.bytes(), 0)
    }
  }

  /// Copies it to its place, and digests what stands there.
  ///
  /// - Parameter progress: told how many bytes are in place.
  /// - Throws: `ArchiveError`, also where the digest is another; `CancellationError`.
  func copy(
    to file: PartialArchive, at target: Int64, _ progress: @escaping @Sendable (Int64) -> Void
  ) async throws {
    let (bytes, offset) = try open()
    var hasher = DigestHasher(descriptor.digest.algorithm)
    for start in stride(from: 0, to: descriptor.size, by: Int64.Stride(Self.piece)) {
      try Task.checkCancellation()
      let range = start..<min(start + Self.piece, descriptor.size)
      hasher = try await NIOThreadPool.singleton.runIfActive { [hasher] in
        let count = try file.copy(
          from: bytes, (offset + range.lowerBound)..<(offset + range.upperBound), to: target + range.lowerBound)
        guard count == Int64(range.count) else { throw ArchiveError.unreadable(path, .truncated) }
        return try digest(hasher, range, of: file, at: target)
      }
      progress(range.upperBound)
    }
    guard hasher.finalize() == descriptor.digest else { throw ArchiveError.unreadable(path, .wrongContent(name: name)) }
  }

  private func digest(
    _ hasher: DigestHasher, _ range: Range<Int64>, of file: PartialArchive, at target: Int64
  ) throws -> DigestHasher {
    var hasher = hasher
    let pieceSize = 256 << 10
    try withUnsafeTemporaryAllocation(byteCount: pieceSize, alignment: 64) { buffer in
      for position in stride(from: range.lowerBound, to: range.upperBound, by: pieceSize) {
        let count = Int(min(range.upperBound - position, Int64(pieceSize)))
        let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
        let found = try file.read(into: piece, at: target + position)
        hasher.update(UnsafeRawBufferPointer(rebasing: piece[..<found]))
      }
    }
    return hasher
  }
}
