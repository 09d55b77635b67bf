import ImageModel

/// One place where an image can be asked for, and on what terms.
public struct PullEndpoint: Sendable, Hashable {
  /// What a place is to an image.
  public enum Role: Sendable, Hashable {
    /// Holds copies. It is asked as long as it helps, and nobody is asked for a password on its behalf.
    case mirror
    /// The registry that the image's name means. Its failure is the failure of the pull.
    case origin
  }

  /// How a registry is spoken to.
  public enum Scheme: Sendable, Hashable {
    /// HTTPS; on this machine's own loopback whichever the registry speaks.
    case found
    case https, http
    /// Whichever the registry speaks: what configuration calls insecure.
    case either

    /// - Returns: the scheme that an address begins with, ``found`` where it has none, and what follows.
    package static func split(_ address: String) -> (Scheme, rest: Substring) {
      for (start, scheme) in [("https://", Scheme.https), ("http://", .http)]
      where address.lowercased().hasPrefix(start) {
        return (scheme, address.dropFirst(start.count))
      }
      return (.found, address[...])
    }
  }

  public static let standardPath = "/v2"

  /// Host, and port where one is named; Docker Hub by its name.
  public var registry: RegistryName
  public var scheme = Scheme.found
  /// What stands before the repository's name in every address, from its first slash and without one at its end.
  public var apiPath = PullEndpoint.standardPath
  /// The repository's name there.
  public var repository: String
  public var role: Role
  /// Whether the place may say which image a tag means. Else it is asked by digest only.
  public var resolvesTags = true
  /// Sent with every request to the place itself.
  public var headers: [HeaderField] = []
  /// The registry that a mirror is asked on behalf of, sent as `ns`.
  public var namespace: String?
  /// What counts for its certificates beside what counts for all hosts.
  package var certificates = HostTrust()
  /// What calls the place insecure, or leaves its certificate unchecked; nil where nothing does.
  public var insecurity: Provenance?
  /// The name under which credentials for the place are looked up, host, and port where one is named: its own, so
  /// that a mirror never gets what is meant for the origin.
  public var credentialKey: String
  public var provenance: Provenance

  public init(registry: RegistryName, repository: String, role: Role, provenance: Provenance) {
    self.registry = registry
    self.repository = repository
    self.role = role
    self.provenance = provenance
    credentialKey = registry.description
  }

  /// Do not check its certificate.
  public var skipsVerification: Bool {
    get { certificates.isUnverified }
    set { certificates.isUnverified = newValue }
  }
}

extension PullEndpoint {
  /// The registry that the image's own name means.
  public static func origin(of reference: ImageReference) -> PullEndpoint {
    PullEndpoint(
      registry: reference.registry, repository: reference.repository, role: .origin, provenance: .reference)
  }

  /// The same place without the repository: what one client serves.
  package var place: PullEndpoint {
    var place = self
    place.repository = ""
    place.resolvesTags = true
    place.provenance = .reference
    // Who said so makes no difference to a client.
    place.insecurity = nil
    place.certificates.sources = HostTrust.Sources()
    return place
  }
}
