/// Asks a person for a name and a password for a registry; nil where the person declines.
public typealias CredentialPrompt = @Sendable (_ registry: String) async throws -> FoundCredential?
