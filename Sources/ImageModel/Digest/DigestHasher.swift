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

  /// The digest of everything given to ``update(_:)`` so far.
  public func finalize() -> Digest {
    Digest(algorithm: algorithm, bytes: function.finalize().withUnsafeBytes { Array($0) })
  }
}
