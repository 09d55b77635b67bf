/// Where logins come from, whom they are told, and how long it is remembered that one was refused.
public struct LoginSettings: Sendable {
  /// Where logins are looked up.
  public var credentials: any CredentialSource
  /// Asks the user for a login where none is found; nil where nobody can be asked.
  public var prompt: CredentialPrompt?
  /// Hosts of token services that may get a password, whatever registry names them.
  public var trustedRealmHosts: Set<String> = []
  /// The token service's address, whatever the registry announces.
  public var realm: String?
  /// Sign in to Harbor as its web page does, where its token service cannot be reached.
  public var usesHarborSession = false
  /// How long it is remembered that a login was refused, or an image not given, and what the places of logins said. Nil for as
  /// long as there are requests: a command ends soon, and a password that is wrong must not be sent twice in it.
  public var refusalLifetime: Duration? = .seconds(300)

  public init(credentials: any CredentialSource) {
    self.credentials = credentials
  }

  /// The same for a mirror: what the user said about signing in is about the registries of the images.
  package var ofMirror: LoginSettings {
    var settings = self
    settings.prompt = nil
    settings.realm = nil
    settings.usesHarborSession = false
    return settings
  }
}
