import ImageArchive
import ImageModel
import Waiting

extension ContentOnDisk {
  /// How much is copied at once, in bytes.
  private static var piece: Int64 { 8 << 20 }

  /// What a copy came to.
  enum CopyOutcome: Sendable {
    case right
    /// The file has fewer bytes than it had.
    case truncated
    /// The bytes are others than the digest promises.
    case wrong
  }

  /// Copies it to its place, by the system where it can, and digests what stands there while the next piece is on its
  /// way.
  ///
  /// - Parameter progress: told how many bytes are in place.
  /// - Throws: `ArchiveError`; `CancellationError`.
  func copy(
    to file: PartialArchive, at target: Int64, _ progress: @escaping @Sendable (Int64) -> Void
  ) async throws -> CopyOutcome {
    let (bytes, offset) = try await Workers.current.run { try open() }
    var hasher = DigestHasher(descriptor.digest.algorithm)
    var copied: Range<Int64>?
    var position: Int64 = 0
    while position < descriptor.size {
      try Task.checkCancellation()
      let piece = position..<min(position + Self.piece, descriptor.size)
      async let count = CancellationFlag.run { _ in
        let count = try file.copy(
          from: bytes, (offset + piece.lowerBound)..<(offset + piece.upperBound), to: target + piece.lowerBound)
        file.beginWriteback()
        return count
      }
      if let copied { hasher = try await digested(copied, of: file, at: target, hasher) }
      guard try await count == Int64(piece.count) else { return .truncated }
      copied = piece
      position = piece.upperBound
      progress(position)
    }
    if let copied { hasher = try await digested(copied, of: file, at: target, hasher) }
    return hasher.finalize() == descriptor.digest ? .right : .wrong
  }

  /// Takes up bytes of the copy, not of what was copied: they are what will be there.
  private func digested(
    _ range: Range<Int64>, of file: PartialArchive, at target: Int64, _ hasher: DigestHasher
  ) async throws -> DigestHasher {
    try await CancellationFlag.run { flag in
      var hasher = hasher
      try withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 64) { buffer in
        var position = range.lowerBound
        while position < range.upperBound {
          try flag.check()
          let wanted = Int(min(Int64(buffer.count), range.upperBound - position))
          let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
          let count = try file.read(into: part, at: target + position)
          hasher.update(UnsafeRawBufferPointer(rebasing: part[..<count]))
          guard count > 0 else { break }
          position += Int64(count)
        }
      }
      return hasher
    }
  }
}
