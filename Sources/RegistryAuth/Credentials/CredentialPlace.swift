/// A place that was asked for a credential and knew none: for the message that one is missing.
public enum CredentialPlace: Sendable, Hashable {
  /// A file that is there.
  case file(path: String)
  /// The program `docker-credential-NAME`.
  case helper(name: String)
}
