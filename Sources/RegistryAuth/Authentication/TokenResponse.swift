import FoundationEssentials
import ImageModel

/// The token service's answer (distribution token specification): `token` or `access_token`, whichever is not empty.
package struct TokenResponse: Sendable {
  /// The longest body that is read, in bytes.
  static let bodyLimit = 1 << 20
  /// The longest token that is taken, in bytes.
  static let tokenLimit = 64 << 10
  /// Shorter lifetimes are not believed: the specification's minimum, in seconds.
  static let shortestLifetime: Int64 = 60

  let token: String
  /// Seconds from receipt. `issued_at` is not used: the two clocks need not agree.
  let lifetime: Int64
  /// What to ask with from now on, where the service gave a new one (RFC 6749 §6).
  let refreshToken: String?

  private struct Body: Decodable {
    enum CodingKeys: String, CodingKey {
      case token
      case refreshToken = "refresh_token"
      case accessToken = "access_token"
      case expiresIn = "expires_in"
    }

    var token: String?
    var accessToken: String?
    var refreshToken: String?
    var expiresIn: Double?

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      token = try container.decodeIfPresent(String.self, forKey: .token)
      accessToken = try container.decodeIfPresent(String.self, forKey: .accessToken)
      refreshToken = try? container.decodeIfPresent(String.self, forKey: .refreshToken)
      // Some services write a text here. A token whose life is not known lives as long as the shortest.
      expiresIn = try? container.decodeIfPresent(Double.self, forKey: .expiresIn)
    }
  }

  package struct Malformed: Error {
    package let fault: TokenFault
  }

  package init(parsing bytes: [UInt8]) throws(Malformed) {
    let body: Body
    do {
      try JSONScanner.check(bytes, numbers: .finite)
      body = try JSONDecoder().decode(Body.self, from: Data(bytes))
    } catch {
      throw Malformed(fault: .notJSON)
    }
    let candidates = [body.token, body.accessToken].compactMap { $0 }
    guard let token = candidates.first(where: { !$0.isEmpty }) else { throw Malformed(fault: .noToken) }
    guard token.utf8.count <= Self.tokenLimit else { throw Malformed(fault: .tooLong) }
    guard token.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw Malformed(fault: .invalidCharacters)
    }
    self.token = token
    refreshToken = body.refreshToken.flatMap { (1...Self.tokenLimit).contains($0.utf8.count) ? $0 : nil }
    let stated = body.expiresIn.map { min(max($0, 0), 86_400 * 365) } ?? 0
    lifetime = max(Int64(stated), Self.shortestLifetime)
  }
}
