import DrayMessages
import ImageCopy
import ImageModel
import RegistryClient

/// An ``AccessPlan`` in lines for people.
struct ConfigText: Sendable {
  let lines: [ConfigPhrase]

  /// - Parameter containerProxies: where docker's client names a proxy for containers.
  init(_ plan: AccessPlan, containerProxies: Provenance? = nil) {
    var lines: [ConfigPhrase] = [.image(plan.reference.jsonName)]
    if let name = plan.fullName { lines.append(.shortName(name.provenance)) }
    for (index, place) in plan.places.enumerated() {
      lines.append(.place(index + 1, place))
      if !place.endpoint.resolvesTags { lines.append(.digestsOnly) }
      lines.append(place.login.map { .login($0) } ?? .noLogin)
      lines += Self.trust(place)
      lines.append(.way(place.way))
      if let containerProxies, place.way == .direct { lines.append(.containerProxies(containerProxies)) }
      if !place.endpoint.headers.isEmpty { lines.append(.headers(place.endpoint.headers.map(\.name))) }
    }
    self.lines = lines
  }

  private static func trust(_ place: AccessPlan.Place) -> [ConfigPhrase] {
    guard let trust = place.trust else { return [.inTheClear(place.insecurity)] }
    var lines: [ConfigPhrase] = []
    if place.endpoint.scheme == .either || place.endpoint.scheme == .found && place.endpoint.registry.isLoopback {
      lines.append(.perhapsInTheClear(place.insecurity))
    }
    if !trust.isVerified {
      lines.append(.unverified(place.insecurity))
    } else if trust.isSystemJudge {
      lines.append(.systemTrust(trust.authorities))
    } else {
      lines.append(trust.authorities.isEmpty ? .noAuthorities : .authorities(trust.authorities))
    }
    if let certificate = trust.clientCertificate { lines.append(.clientCertificate(certificate)) }
    return lines
  }
}
