import ImageModel
import MachineConfiguration

/// What `docker login` stored: Docker's `config.json`, with its credential helpers.
public struct DockerConfigurationFile: CredentialSource {
  private let file: CredentialFile

  /// - Parameter environment: the variables that the file's credential helpers get.
  public init(path: String, environment: CredentialEnvironment = .empty) {
    file = CredentialFile(path: path, environment: environment)
  }

  /// Docker's own: `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`; nil without a home.
  public init?(environment: CredentialEnvironment) {
    guard let path = environment.dockerConfiguration else { return nil }
    self.init(path: path, environment: environment)
  }

  /// - Throws: ``CredentialError``; `CancellationError`.
  public func credential(for query: CredentialQuery) async throws -> FoundCredential? {
    try await file.credential(for: query)
  }

  public func relevantPart(of query: CredentialQuery) -> CredentialQuery { file.relevantPart(of: query) }

  public func places(for query: CredentialQuery) -> [CredentialPlace] { file.places(for: query) }

  public func provenance(of origin: CredentialOrigin, for query: CredentialQuery) -> Provenance? {
    file.provenance(of: origin, for: query)
  }
}
