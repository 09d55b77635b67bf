import ImageModel

/// What a credential is wanted for.
public struct CredentialQuery: Sendable, Hashable {
  /// Host, and port where one is named, as in a reference: `docker.io` for Docker Hub.
  public let registry: String
  /// The repository's name below the registry: `library/nginx`.
  public let repository: String

  public init(registry: String, repository: String) {
    self.registry = registry
    self.repository = repository
  }
}

/// A place that may know a credential.
public protocol CredentialSource: Sendable {
  /// - Returns: nil where this place knows none.
  /// - Throws: ``CredentialError`` where it may know one and cannot say: never a reason to ask the next place, which
  ///   could know another account. `CancellationError`.
  func credential(for query: CredentialQuery) async throws -> FoundCredential?

  /// The least that the answer depends on: queries of which this is the same have the same answer, so one of them is asked.
  /// A place that knows whole registries alone leaves the repository out.
  func relevantPart(of query: CredentialQuery) -> CredentialQuery

  /// Where this source looks for it: only what is there.
  func places(for query: CredentialQuery) -> [CredentialPlace]

  /// What a person would have to change: the place of the entry in its file, or of the setting that names the helper.
  ///
  /// - Parameter origin: of a credential that this source has given for this query.
  /// - Returns: nil where no file says it.
  func provenance(of origin: CredentialOrigin, for query: CredentialQuery) -> Provenance?
}

extension CredentialQuery {
  /// The question about the registry as a whole.
  var aboutRegistry: CredentialQuery { CredentialQuery(registry: registry, repository: "") }
}

extension CredentialSource {
  public func relevantPart(of query: CredentialQuery) -> CredentialQuery { query }

  public func places(for query: CredentialQuery) -> [CredentialPlace] { [] }

  public func provenance(of origin: CredentialOrigin, for query: CredentialQuery) -> Provenance? { nil }
}

/// A place that knows none.
public struct NoCredentials: CredentialSource {
  public init() {}

  public func credential(for query: CredentialQuery) -> FoundCredential? { nil }

  public func relevantPart(of query: CredentialQuery) -> CredentialQuery { query.aboutRegistry }
}

/// One credential for certain registries: what the command line gave for those that it names.
public struct FixedCredential: CredentialSource {
  private let found: FoundCredential
  private let registries: Set<String>

  /// - Parameter registries: each as ``CredentialQuery/registry`` has it. No other is told the credential.
  public init(_ found: FoundCredential, for registries: Set<String>) {
    self.found = found
    self.registries = registries
  }

  public func credential(for query: CredentialQuery) -> FoundCredential? {
    registries.contains(query.registry) ? found : nil
  }

  public func relevantPart(of query: CredentialQuery) -> CredentialQuery { query.aboutRegistry }
}
