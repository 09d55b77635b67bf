import ImageModel
import Testing

@Suite("Digest")
struct DigestTests {
  static let hex256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
  static let hex512 =
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"

  @Test("A SHA-256 digest is read and written")
  func sha256() throws {
    let digest = try Digest(parsing: "sha256:\(Self.hex256)")
    #expect(digest.algorithm == .sha256)
    #expect(digest.bytes.count == 32)
    #expect(digest.hexadecimal == Self.hex256)
    #expect("\(digest)" == "sha256:\(Self.hex256)")
    #expect(digest == Digest.hash([]))
  }

  @Test("A SHA-512 digest is read and written, and is that of the standard's example")
  func sha512() throws {
    let digest = try Digest(parsing: "sha512:\(Self.hex512)")
    #expect("\(digest)" == "sha512:\(Self.hex512)")
    #expect(digest == Digest.hash(Array("abc".utf8), algorithm: .sha512))
  }

  private static let short = String(hex256.dropLast())

  private static let malformedTexts: [String] = [
    "", ":", "sha256", "sha256:", "sha256:../../../../tmp/x", "sha256:\(short)", "sha256:\(hex256)0",
    "sha256:\(hex256.uppercased())", "SHA256:\(hex256)", "sha256:\(hex256)\n", " sha256:\(hex256)", "sha256:\(short)g",
    "sha256: \(short)", "sha256:\(short)é", "sha512:\(hex256)", "sha256:\(hex512)", "sha256::\(short)",
    "sha256:\(short)/", "sha256\0:\(hex256)", ":\(hex256)", "sha-256:\(hex256)", "sha256:\(short)\u{FF10}",
  ]

  @Test("T015: a malformed digest is no digest", arguments: malformedTexts)
  func malformed(_ text: String) {
    #expect(throws: DigestError.malformed(text)) { try Digest(parsing: text) }
  }

  @Test(
    "T015: a digest by another hash function is refused by name",
    arguments: ["md5:d41d8cd98f00b204e9800998ecf8427e", "sha1:x", "sha384:\(hex512)", "blake3:"])
  func unsupported(_ text: String) {
    #expect(throws: DigestError.unsupportedAlgorithm(text)) { try Digest(parsing: text) }
    #expect(DigestError.unsupportedAlgorithm(text).failureClass == .refused)
  }

  @Test("Hashing in pieces gives the digest of the whole", arguments: Digest.Algorithm.allCases)
  func pieces(_ algorithm: Digest.Algorithm) {
    let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
    var hasher = DigestHasher(algorithm)
    for start in stride(from: 0, to: bytes.count, by: 777) {
      bytes[start..<min(start + 777, bytes.count)].withUnsafeBytes { hasher.update($0) }
    }
    #expect(hasher.finalize() == Digest.hash(bytes, algorithm: algorithm))
  }

  @Test("A copied hasher goes its own way")
  func copies() {
    var first = DigestHasher(.sha256)
    [1, 2].withUnsafeBytes { first.update($0) }
    let before = first.finalize()
    let copy = first
    [3].withUnsafeBytes { first.update($0) }
    #expect(copy.finalize() == before)
    #expect(first.finalize() != before)
  }
}
