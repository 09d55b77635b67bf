/// One challenge of a `WWW-Authenticate` header (RFC 9110 §11.6.1).
package struct Challenge: Sendable, Hashable {
  /// In lower case.
  package let scheme: String
  /// By name, in lower case. Of several parameters of one name the first counts.
  package let parameters: [String: String]
  /// Whether it wants a name and a password (RFC 7617).
  package var isBasic: Bool { scheme == "basic" }

  /// All header lines together, in bytes.
  static let inputLimit = 16 << 10
  static let challengeLimit = 32

  /// Reads all challenges of all header lines, in their order. What is malformed is left out; what is good beside it
  /// stays, and so do schemes that nobody here knows. A line that is too long is left out whole.
  package static func parse(_ values: [String]) -> [Challenge] {
    var challenges: [Challenge] = []
    var room = inputLimit
    for value in values where challenges.count < challengeLimit {
      guard value.utf8.count <= room else { continue }
      // One more, so that a flood of empty lines comes to an end too.
      room -= value.utf8.count + 1
      var parser = ChallengeParser(value)
      challenges += parser.parse(limit: challengeLimit - challenges.count)
    }
    return challenges
  }
}

/// A challenge of the token protocol (distribution "Token Authentication"). What its values mean is still to be judged.
package struct BearerChallenge: Sendable, Hashable {
  /// The address of the token service.
  package let realm: String
  package let service: String?
  package let scope: String?
  /// Why the token that was sent was not accepted (RFC 6750 §3.1): `invalid_token`, `insufficient_scope`.
  package let error: String?

  package init?(_ challenge: Challenge) {
    guard challenge.scheme == "bearer", let realm = challenge.parameters["realm"], !realm.isEmpty else { return nil }
    self.realm = realm
    service = challenge.parameters["service"]
    scope = challenge.parameters["scope"]
    error = challenge.parameters["error"]
  }
}
