/// What proves who asks. It never prints: not described, not reflected, not dumped.
public enum Credential: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  case password(username: String, password: String)
  /// An OAuth2 refresh token, as Docker stores it in `identitytoken`.
  case identityToken(String)
  /// A bearer token for the registry itself, as Docker stores it in `registrytoken`.
  case registryToken(String)

  public var description: String { "a credential" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Where a credential came from: what a person must mend when it is refused.
public enum CredentialOrigin: Sendable, Hashable {
  case commandLine
  case prompt
  case environment(variable: String)
  case file(path: String)
  case helper(name: String)
}

public struct FoundCredential: Sendable {
  public let credential: Credential
  public let origin: CredentialOrigin

  public init(_ credential: Credential, from origin: CredentialOrigin) {
    self.credential = credential
    self.origin = origin
  }
}

/// What a credential is wanted for.
public struct CredentialQuery: Sendable, Hashable {
  /// Host, and port where one is named.
  public let registry: String
  public let repository: String

  public init(registry: String, repository: String) {
    self.registry = registry
    self.repository = repository
  }
}

/// A place that may know a credential.
public protocol CredentialSource: Sendable {
  /// - Returns: nil where this place knows none.
  /// - Throws: ``CredentialError`` where it may know one and cannot say: never a reason to ask the next place.
  func credential(for query: CredentialQuery) async throws -> FoundCredential?
}

/// A place that knows none.
public struct NoCredentials: CredentialSource {
  public init() {}
  public func credential(for query: CredentialQuery) -> FoundCredential? { nil }
}

/// One credential for certain registries: what the command line gave for those that it names.
public struct FixedCredential: CredentialSource {
  private let found: FoundCredential
  private let registries: Set<String>

  public init(_ found: FoundCredential, for registries: Set<String>) {
    self.found = found
    self.registries = registries
  }

  public func credential(for query: CredentialQuery) -> FoundCredential? {
    registries.contains(query.registry) ? found : nil
  }
}

/// Several places, asked in order.
public struct CredentialChain: CredentialSource {
  private let sources: [any CredentialSource]

  public init(_ sources: [any CredentialSource]) {
    self.sources = sources
  }

  public func credential(for query: CredentialQuery) async throws -> FoundCredential? {
    for source in sources {
      if let found = try await source.credential(for: query) { return found }
    }
    return nil
  }
}
