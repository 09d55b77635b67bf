/// Why the answer of a token service, or of Harbor's login page, gives no token.
public enum TokenFault: Sendable, Hashable, CaseIterable {
  case notJSON
  case noToken
  case tooLong
  /// Characters that no header field may have.
  case invalidCharacters
  /// No `X-Harbor-Csrf-Token`.
  case noAntiForgeryToken
  case noSession
}
