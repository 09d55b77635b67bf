/// Where a credential came from: what a person must mend when it is refused.
public enum CredentialOrigin: Sendable, Hashable {
  case commandLine
  case prompt
  /// The variable that holds the password.
  case environment(variable: String)
  /// The entry `key` in the `auths` of a file.
  case file(path: String, key: String)
  /// What the program `docker-credential-NAME` answered about `key`.
  case helper(name: String, key: String)

  /// Whether it was left there by an earlier login, and not given for this command.
  public var isStored: Bool {
    switch self {
    case .file, .helper: true
    case .commandLine, .prompt, .environment: false
    }
  }
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
