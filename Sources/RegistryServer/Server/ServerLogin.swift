import Crypto
import FoundationEssentials
import HTTPTypes

/// The name and the password that a server asks for.
public struct ServerLogin: Sendable {
  public let name: String
  private let nameDigest: SHA256Digest
  private let password: SHA256Digest

  public init(name: String, password: String) {
    self.name = name
    nameDigest = SHA256.hash(data: Data(name.utf8))
    self.password = SHA256.hash(data: Data(password.utf8))
  }

  /// Whether a request may be answered: Basic with name and password, or Bearer with the password as its token.
  ///
  /// It takes as long for a wrong one as for a right one: digests are compared, all of their bytes.
  func admits(_ fields: HTTPFields) -> Bool {
    guard let field = fields[.authorization], let blank = field.firstIndex(of: " ") else { return false }
    let rest = field[blank...].drop { $0 == " " }
    switch field[..<blank].lowercased() {
    case "bearer": return SHA256.hash(data: Data(rest.utf8)) == password
    case "basic":
      guard let decoded = Data(base64Encoded: String(rest)) else { return false }
      let sides = decoded.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2 else { return false }
      let (isName, isPassword) = (SHA256.hash(data: sides[0]) == nameDigest, SHA256.hash(data: sides[1]) == password)
      return isName && isPassword
    default: return false
    }
  }
}
