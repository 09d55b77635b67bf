import ImageModel
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
    public let proxy: Proxy?

    package init(endpoint: PullEndpoint, address: String, login: Login?, trust: TrustSummary?, proxy: Proxy?) {
      self.endpoint = endpoint
      self.address = address
      self.login = login
      self.trust = trust
      self.proxy = proxy
    }
  }

  public struct Login: Sendable, Hashable {
    /// nil for a token that names nobody.
    public let username: String?
    public let origin: CredentialOrigin

    package init(username: String?, origin: CredentialOrigin) {
      self.username = username
      self.origin = origin
    }
  }

  /// The image that is meant.
  public let reference: ImageReference
  /// What a short name was taken for.
  public let fullName: MachineConfiguration.FullName?
  public let places: [Place]
}

extension RegistryAccess {
  /// - Parameter text: a reference as one types it.
  /// - Throws: `ImageReferenceError`, `ConfigurationError`, `CredentialError`; `RegistryError` where a variable holds no
  ///   address of a proxy; `CancellationError`.
  public func plan(for text: String) async throws -> AccessPlan {
    let fullName = try MachineConfiguration(configuration).fullName(of: text)
    let reference = try ImageReference(parsing: fullName?.text ?? text)
    var places: [AccessPlan.Place] = []
    for endpoint in try endpoints(for: reference) {
      places.append(try await place(endpoint, registries: [reference.registry]))
    }
    return AccessPlan(reference: reference, fullName: fullName, places: places)
  }

  private func place(_ endpoint: PullEndpoint, registries: [RegistryName]) async throws -> AccessPlan.Place {
    var settings = transportSettings(registries: registries)
    let isPlain = saysPlainHTTP(endpoint)
    guard let origin = HTTPOrigin(endpoint.registry, scheme: isPlain ? .http : .https) else {
      throw RegistryError(.nameNotFound(host: endpoint.registry.description))
    }
    if endpoint.trust != HostTrust() { settings.trust.hosts[origin.authority] = endpoint.trust }
    let found = try await credentials.credential(
      for: CredentialQuery(registry: endpoint.credentialKey, repository: endpoint.repository))
    return AccessPlan.Place(
      endpoint: endpoint, address: "\(origin)\(endpoint.apiPath)/\(endpoint.repository)",
      login: found.map(AccessPlan.Login.init), trust: isPlain ? nil : settings.trust.summary(for: origin),
      proxy: try settings.proxies.proxy(for: origin))
  }

  /// What the transport is told.
  ///
  /// - Parameter registries: those that the command names: only these and the mirrors may go unverified.
  package func transportSettings(registries: [RegistryName]) -> TransportSettings {
    var settings = TransportSettings()
    settings.trust.roots = configuration
    settings.trust.authorityFiles = authorityFiles
    settings.proxies = proxies
    settings.addressOverrides = addressOverrides
    settings.connectTimeout = connectTimeout
    settings.stallTimeout = stallTimeout
    settings.connectionsPerHost = connections
    settings.bytesPerSecond = bytesPerSecond
    if skipsVerification {
      settings.trust.unverifiedHosts = Set(
        (registries + mirrors.map(\.registry)).compactMap { HTTPOrigin($0, scheme: .https)?.authority })
    }
    return settings
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
  fileprivate init(_ found: FoundCredential) {
    origin = found.origin
    if case .password(let username, _) = found.credential { self.username = username } else { username = nil }
  }
}
