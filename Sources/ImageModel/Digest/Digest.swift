/// The name of some bytes: an algorithm and the hash of the bytes (OCI image-spec, descriptor.md "Digests").
///
/// A digest is parsed once where it enters the program. Paths and URLs are built from a value of this type, never
/// from the text that a registry sent.
public struct Digest: Sendable, Hashable {
  /// The hash functions that a digest may use.
  public enum Algorithm: String, Sendable, Hashable, CaseIterable {
    case sha256, sha512

    /// The length of the hash in bytes.
    public var byteCount: Int {
      switch self {
      case .sha256: 32
      case .sha512: 64
      }
    }
  }

  public let algorithm: Algorithm
  /// The hash; as many bytes as ``Algorithm/byteCount`` says.
  public let bytes: [UInt8]

  init(algorithm: Algorithm, bytes: [UInt8]) {
    self.algorithm = algorithm
    self.bytes = bytes
  }

  /// Reads `sha256:` and 64, or `sha512:` and 128, lower-case hexadecimal digits, and nothing else.
  public init(parsing text: String) throws(DigestError) {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { throw .malformed(text) }
    let name = text[..<colon]
    guard let algorithm = Algorithm(rawValue: String(name)) else {
      throw name.utf8.allSatisfy({ $0.isDigit || $0.isLowerCaseLetter }) && !name.isEmpty
        ? .unsupportedAlgorithm(text) : .malformed(text)
    }
    let digits = Array(text.utf8[text.utf8.index(after: colon)...])
    guard digits.count == 2 * algorithm.byteCount else { throw .malformed(text) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(algorithm.byteCount)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = digits[index].lowerCaseHexadecimalValue, let low = digits[index + 1].lowerCaseHexadecimalValue
      else { throw .malformed(text) }
      bytes.append(high << 4 | low)
    }
    self.init(algorithm: algorithm, bytes: bytes)
  }

  /// The hash as lower-case hexadecimal digits.
  public var hexadecimal: String {
    String(decoding: bytes.flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private static let digits = Array("0123456789abcdef".utf8)

  /// The digest of bytes in memory.
  public static func hash(_ bytes: [UInt8], algorithm: Algorithm = .sha256) -> Digest {
    var hasher = DigestHasher(algorithm)
    bytes.withUnsafeBytes { hasher.update($0) }
    return hasher.finalize()
  }
}

extension Digest: CustomStringConvertible {
  /// The digest as it stands in a manifest: `sha256:…`.
  public var description: String { "\(algorithm.rawValue):\(hexadecimal)" }
}

extension UInt8 {
  fileprivate var lowerCaseHexadecimalValue: UInt8? { isUpperCaseLetter ? nil : hexadecimalValue }
}
