import FoundationEssentials
import HTTPAccess
import ImageModel

/// Whom a token is for, as far as it says so itself: a JSON Web Token (RFC 7519) has it in its payload.
///
/// Nothing is verified, so this is good for a hint to a person, and for no decision.
enum TokenSubject {
  /// The longest payload that is looked at, in bytes of Base64.
  static let payloadLimit = 32 << 10

  /// What Harbor's tokens call their issuer.
  private static let harborIssuer = "harbor-token-issuer"

  private struct Payload: Decodable {
    var sub: String?
    var iss: String?

    /// Harbor leaves the subject out; its versions 1.10 to 2.1 wrote an empty one.
    var isAnonymous: Bool { sub?.isEmpty ?? (iss == TokenSubject.harborIssuer) }
  }

  /// Whether the token says that it is for nobody in particular.
  static func isAnonymous(_ token: String) -> Bool {
    let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, parts[1].count <= payloadLimit, let payload = decode(parts[1]),
      (try? JSONScanner.check(payload, numbers: .finite)) != nil
    else { return false }
    return (try? JSONDecoder().decode(Payload.self, from: Data(payload)))?.isAnonymous ?? false
  }

  /// RFC 4648 §5, without padding.
  private static func decode(_ text: Substring.UTF8View) -> [UInt8]? {
    let standard = text.map { byte in
      switch byte {
      case UInt8(ascii: "-"): UInt8(ascii: "+")
      case UInt8(ascii: "_"): UInt8(ascii: "/")
      default: byte
      }
    }
    let padding = String(repeating: "=", count: (4 - standard.count % 4) % 4)
    return Base64.decode(String(decoding: standard, as: UTF8.self) + padding)
  }
}
