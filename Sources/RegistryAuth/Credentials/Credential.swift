/// What proves who asks. It never prints: not described, not reflected, not dumped.
public enum Credential: Sendable, Hashable {
  case password(username: String, password: String)
  /// An OAuth2 refresh token, as Docker stores it in `identitytoken`.
  case identityToken(String)
  /// A bearer token for the registry itself, as Docker stores it in `registrytoken`.
  case registryToken(String)
}

extension Credential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "a credential" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
