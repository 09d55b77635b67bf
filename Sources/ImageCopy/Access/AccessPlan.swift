import HTTPAccess
import ImageModel
import MachineConfiguration
import RegistryAuth
import RegistryClient

/// How an image would be reached, found out without a word to anybody: the places in their order, with what counts for
/// each and where that is written. It holds no secret.
public struct AccessPlan: Sendable {
  public struct Place: Sendable {
    public let endpoint: PullEndpoint
    /// The address of the image's repository there.
    public let address: String
    /// Who asks; nil for nobody in particular.
    public let login: Login?
    /// nil where the place is spoken to in the clear.
    public let trust: TrustSummary?
    /// What leaves the certificate unchecked, or allows plain HTTP; nil where nothing does but the address itself.
    public let insecurity: Provenance?
    public let way: ProxyRules.Way

    package init(
      endpoint: PullEndpoint, address: String, login: Login?, trust: TrustSummary?,
      insecurity: Provenance? = nil, way: ProxyRules.Way
    ) {
      self.endpoint = endpoint
      self.address = address
      self.login = login
      self.trust = trust
      self.insecurity = insecurity
      self.way = way
    }
  }

  public struct Login: Sendable, Hashable {
    /// nil for a token that names nobody.
    public let username: String?
    public let origin: CredentialOrigin
    /// The entry's place in its file, or that of the setting that names the helper; nil where no file says it.
    public let provenance: Provenance?

    package init(username: String?, origin: CredentialOrigin, provenance: Provenance? = nil) {
      self.username = username
      self.origin = origin
      self.provenance = provenance
    }
  }

  /// The image that is meant.
  public let reference: ImageReference
  /// What a short name was taken for.
  public let fullName: ConfiguredEndpoints.FullName?
  public let places: [Place]
  /// What is wrong with the configuration and does not concern the image.
  public let warnings: [PullWarning]
}

extension RegistryAccess {
  /// How each image that a name may mean is asked for: several where the name has no registry and the machine's
  /// configuration names several to be searched, in their order. There is at least one.
  ///
  /// - Parameter text: a reference as one types it.
  /// - Throws: `ImageReferenceError`, `ConfigurationError`, `CredentialError`; `RegistryError` where a variable holds no
  ///   address of a proxy; `CancellationError`.
  public func plans(for text: String) async throws -> [AccessPlan] {
    let names = try machine.fullNames(of: text)
    guard !names.isEmpty else { return [try await plan(for: try ImageReference(parsing: text), nil)] }
    var plans: [AccessPlan] = []
    for name in names { plans.append(try await plan(for: try ImageReference(parsing: name.text), name)) }
    return plans
  }

  private func plan(for reference: ImageReference, _ fullName: ConfiguredEndpoints.FullName?) async throws -> AccessPlan
  {
    var places: [AccessPlan.Place] = []
    var warnings: [PullWarning] = []
    for endpoint in try endpoints(for: reference, observe: { warnings.append($0) }) {
      places.append(try await place(endpoint, registries: [reference.registry]))
    }
    return AccessPlan(reference: reference, fullName: fullName, places: places, warnings: warnings)
  }

  private func place(_ endpoint: PullEndpoint, registries: [RegistryName]) async throws -> AccessPlan.Place {
    var settings = transportSettings(registries: registries)
    let isPlain = saysPlainHTTP(endpoint)
    guard let origin = HTTPOrigin(endpoint.registry, scheme: isPlain ? .http : .https) else {
      throw RegistryError(.network(.nameNotFound(host: endpoint.registry.description)))
    }
    if endpoint.certificates != HostTrust() { settings.trust.hosts[origin.authority] = endpoint.certificates }
    let query = CredentialQuery(registry: endpoint.credentialKey, repository: endpoint.repository)
    let found = try await login.credentials.credential(for: query)
    return AccessPlan.Place(
      endpoint: endpoint, address: "\(origin)\(endpoint.apiPath)/\(endpoint.repository)",
      login: found.map { AccessPlan.Login($0, login.credentials.provenance(of: $0.origin, for: query)) },
      trust: isPlain ? nil : settings.trust.summary(for: origin),
      insecurity: insecurity(of: endpoint, isPlain: isPlain, settings.trust, origin),
      way: try await RegistryError.wrapping { try settings.proxies.way(to: origin) })
  }

  /// An option counts before a file.
  private func insecurity(
    of endpoint: PullEndpoint, isPlain: Bool, _ trust: TrustSettings, _ origin: HTTPOrigin
  ) -> Provenance? {
    if isPlain { return endpoint.scheme == .http ? endpoint.insecurity : .option("--plain-http") }
    return trust.unverifiedHosts.contains(origin.authority) && endpoint.insecurity == nil
      ? .option("--insecure-skip-tls-verify") : endpoint.insecurity
  }

  /// ``network``, for a command.
  ///
  /// - Parameter registries: those that the command names: only these and the mirrors may go unverified.
  package func transportSettings(registries: [RegistryName]) -> TransportSettings {
    var settings = network
    if skipsVerification {
      settings.trust.unverifiedHosts = Set(
        (registries + mirrors.map(\.registry)).compactMap { HTTPOrigin($0, scheme: .https)?.authority })
    }
    return settings
  }

  /// Whether no setting leads to a registry through a proxy, or forbids that.
  package func reachesDirectly(_ registry: RegistryName) -> Bool {
    guard let origin = HTTPOrigin(registry, scheme: .https) else { return false }
    return (try? network.proxies.way(to: origin)) == .direct
  }

  /// Whether some hosts may be reached through a proxy, which then looks their names up.
  package var mayUseProxy: Bool {
    guard let origin = HTTPOrigin(.dockerHub, scheme: .https) else { return false }
    switch try? network.proxies.way(to: origin) {
    case .direct, .excluded(.option): return false
    default: return true
    }
  }

  /// Whether a place is spoken to in the clear without having been heard.
  package func saysPlainHTTP(_ place: PullEndpoint) -> Bool {
    switch place.scheme {
    case .http: true
    case .https: false
    case .found, .either: place.role == .origin && usesPlainHTTP
    }
  }
}

extension AccessPlan.Login {
  fileprivate init(_ found: FoundCredential, _ provenance: Provenance?) {
    origin = found.origin
    self.provenance = provenance
    if case .password(let username, _) = found.credential { self.username = username } else { username = nil }
  }
}
