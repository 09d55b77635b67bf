import ImageModel
import MachineConfiguration

/// What `podman login` or `skopeo login` stored: `auth.json` (containers-auth.json(5)).
public struct ContainersAuthFile: CredentialSource {
  private let file: CredentialFile

  /// - Parameters:
  ///   - isRequired: whether it is an error that the file is not there.
  ///   - environment: the variables that the file's credential helpers get.
  public init(path: String, isRequired: Bool = false, environment: CredentialEnvironment = .empty) {
    file = CredentialFile(path: path, isRequired: isRequired, environment: environment)
  }

  /// The files that podman and skopeo look at, in their order: the one that `REGISTRY_AUTH_FILE` names, the one of
  /// this session, the lasting one.
  public static func standard(_ environment: CredentialEnvironment) -> [ContainersAuthFile] {
    [environment.registryAuthFile, environment.sessionAuthFile, environment.lastingAuthFile]
      .compactMap { $0 }.map { ContainersAuthFile(path: $0, environment: environment) }
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
