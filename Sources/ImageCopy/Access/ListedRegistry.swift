import ImageModel
import MachineConfiguration

/// How one registry is reached, as a list of images says it. It counts for the registry itself and not for its mirrors.
package struct ListedRegistry: Sendable, Hashable {
  package enum Security: Sendable, Hashable {
    /// Its certificate is not checked, and it may speak plain HTTP.
    case unverified
    case plainHTTP
  }

  /// Nil for what counts anyhow.
  package var security: Security?
  /// A folder of certificates, as containers-certs.d(5) has them.
  package var certificateFolder: String?
  /// Where this is said.
  package let provenance: Provenance

  package init(security: Security?, certificateFolder: String?, provenance: Provenance) {
    self.security = security
    self.certificateFolder = certificateFolder
    self.provenance = provenance
  }
}

extension RegistryAccess {
  /// A place with what ``listed`` says of it.
  func following(_ place: PullEndpoint) -> PullEndpoint {
    guard place.role == .origin, let listed = listed[place.registry] else { return place }
    var place = place
    if let folder = listed.certificateFolder { place.certificates.add(folder: folder) }
    guard let security = listed.security else { return place }
    place.insecurity = place.insecurity ?? listed.provenance
    switch security {
    case .plainHTTP: place.scheme = .http
    case .unverified:
      place.certificates.isUnverified = true
      if place.scheme == .found { place.scheme = .either }
    }
    return place
  }
}
