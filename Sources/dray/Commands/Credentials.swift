/// A name and a password for a registry. It has no readable description, so that it cannot be shown by accident.
struct Credentials: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
  let username: String
  let password: String

  var description: String { "credentials" }
  var customMirror: Mirror { Mirror(self, children: []) }
}

/// Asks a person for name and password for a host; nil where the person gives none.
///
/// - Throws: `CancellationError`.
typealias CredentialPrompt = @Sendable (_ host: String) async throws -> Credentials?
