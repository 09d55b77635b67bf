/// Where a credential came from: what a person must mend when it is refused.
public enum CredentialOrigin: Sendable, Hashable {
  case commandLine
  case prompt
  /// The variable that holds the password.
  case environment(variable: String)
  case file(path: String)
  /// The program `docker-credential-NAME`.
  case helper(name: String)
}

/// A credential, and where it was found.
public struct FoundCredential: Sendable, Hashable {
  public let credential: Credential
  public let origin: CredentialOrigin

  public init(_ credential: Credential, from origin: CredentialOrigin) {
    self.credential = credential
    self.origin = origin
  }
}
