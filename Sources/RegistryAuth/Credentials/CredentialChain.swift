import ImageModel
import MachineConfiguration

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

  /// Each part names the repository or a folder above it, so the longest holds all that the others depend on.
  public func relevantPart(of query: CredentialQuery) -> CredentialQuery {
    sources.map { $0.relevantPart(of: query) }.max { $0.repository.utf8.count < $1.repository.utf8.count }
      ?? query.aboutRegistry
  }

  public func places(for query: CredentialQuery) -> [CredentialPlace] {
    var places: [CredentialPlace] = []
    for place in sources.flatMap({ $0.places(for: query) }) where !places.contains(place) { places.append(place) }
    return places
  }

  public func provenance(of origin: CredentialOrigin, for query: CredentialQuery) -> Provenance? {
    sources.lazy.compactMap { $0.provenance(of: origin, for: query) }.first
  }
}

extension CredentialChain {
  /// The places where a person who pulls images may have left a credential, in the order in which they count:
  ///
  /// 1. the command line,
  /// 2. `DRAY_USERNAME` and `DRAY_PASSWORD`, where both are set,
  /// 3. the file that `--authfile` names,
  /// 4. the file that `REGISTRY_AUTH_FILE` names,
  /// 5. podman's and skopeo's own files: `$XDG_RUNTIME_DIR/containers/auth.json`, `~/.config/containers/auth.json`,
  /// 6. Docker's own: `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`.
  ///
  /// - Parameters:
  ///   - commandLine: what the command line gave, if anything.
  ///   - registries: the registries that the command line names: the first two places are for these alone.
  ///   - authFile: the file that `--authfile` names. It must be there.
  public static func standard(
    commandLine: FoundCredential? = nil, registries: Set<String>, authFile: String? = nil,
    environment: CredentialEnvironment
  ) -> CredentialChain {
    var sources: [any CredentialSource] = [commandLine, environment.credential].compactMap { found in
      found.map { FixedCredential($0, for: registries) }
    }
    if let authFile {
      sources.append(ContainersAuthFile(path: authFile, isRequired: true, environment: environment))
    }
    sources += ContainersAuthFile.standard(environment)
    if let docker = DockerConfigurationFile(environment: environment) { sources.append(docker) }
    return CredentialChain(sources)
  }
}
