import Crypto

/// Computes the digest of bytes that arrive in pieces.
public struct DigestHasher: Sendable {
  public let algorithm: Digest.Algorithm
  // An existential is updated in place. Taking the hash function out of an enum would copy its state at each update.
  private var function: any HashFunction & Sendable

  public init(_ algorithm: Digest.Algorithm) {
    self.algorithm = algorithm
    switch algorithm {
    case .sha256: function = SHA256()
    case .sha512: function = SHA512()
    }
  }

  /// Takes in more bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    function.update(bufferPointer: bytes)
  }

  /// Takes in bytes that are read in pieces.
  ///
  /// - Parameters:
  ///   - range: positions of the bytes.
  ///   - piece: how many bytes are read at once.
  ///   - read: reads from a position on into all of a buffer, and returns how many bytes there were.
  ///   - passed: told each whole piece, and where it ends.
  /// - Returns: whether all bytes were there.
  /// - Throws: what `read` and `passed` throw.
  @discardableResult
  package mutating func update(
    _ range: Range<Int64>, piece: Int = 1 << 20, reading read: (UnsafeMutableRawBufferPointer, Int64) throws -> Int,
    passed: (UnsafeRawBufferPointer, Int64) throws -> Void = { _, _ in }
  ) throws -> Bool {
    let room = Int(min(Int64(piece), range.upperBound - range.lowerBound))
    return try withUnsafeTemporaryAllocation(byteCount: room, alignment: 64) { buffer in
      var position = range.lowerBound
      while position < range.upperBound {
        let wanted = Int(min(Int64(room), range.upperBound - position))
        let count = try read(UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), position)
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        update(bytes)
        position += Int64(count)
        guard count == wanted else { return false }
        try passed(bytes, position)
      }
      return true
    }
  }

  /// The digest of everything given to ``update(_:)`` so far.
  public func finalize() -> Digest {
    Digest(algorithm: algorithm, bytes: function.finalize().withUnsafeBytes { Array($0) })
  }
}
