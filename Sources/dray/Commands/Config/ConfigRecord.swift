import DrayMessages
import HTTPAccess
import ImageCopy
import ImageModel
import RegistryClient

/// The object of `dray config --json`, as docs/json.md describes it.
struct ConfigRecord: Encodable {
  struct Source: Encodable {
    /// Left out where no file says it.
    let path: String?
    let line: Int?
    let option: String?
    let variable: String?

    init?(_ provenance: Provenance?) {
      switch provenance {
      case .reference, nil: return nil
      case .option(let name): (path, line, option, variable) = (nil, nil, name, nil)
      case .variable(let name): (path, line, option, variable) = (nil, nil, nil, name)
      case .file(let file, let number): (path, line, option, variable) = (file, number, nil, nil)
      }
    }
  }

  struct Login: Encodable {
    let username: String?
    let origin: String
    let source: Source?
  }

  struct Proxy: Encodable {
    let address: String
    let origin: String
  }

  struct Place: Encodable {
    let role: String
    let address: String
    let source: Source?
    let resolvesTags: Bool
    let mayBePlainHTTP: Bool
    let login: Login?
    let verified: Bool
    /// What leaves it unchecked, or allows plain HTTP.
    let insecuritySource: Source?
    let authorities: [String]
    /// What names those that lie elsewhere than where they are always looked for.
    let authoritySources: [String: Source]?
    let clientCertificate: String?
    let clientCertificateSource: Source?
    let proxy: Proxy?
    let noProxySource: Source?
    let headers: [String]

    init(_ place: AccessPlan.Place) {
      let endpoint = place.endpoint
      role = endpoint.role == .mirror ? "mirror" : "origin"
      address = place.address
      source = Source(endpoint.provenance)
      resolvesTags = endpoint.resolvesTags
      mayBePlainHTTP =
        place.trust == nil || endpoint.scheme == .either || endpoint.scheme == .found && endpoint.registry.isLoopback
      login = place.login.map {
        Login(
          username: $0.username, origin: $0.origin.phrase.text(.english), source: Source($0.provenance))
      }
      verified = place.trust?.isVerified ?? false
      insecuritySource = Source(place.insecurity)
      let trusted = place.trust?.authorities ?? []
      authorities = trusted.map(\.path)
      let named = trusted.compactMap { place in Source(place.provenance).map { (place.path, $0) } }
      authoritySources = named.isEmpty ? nil : Dictionary(named) { first, _ in first }
      clientCertificate = place.trust?.clientCertificate?.path
      clientCertificateSource = Source(place.trust?.clientCertificate?.provenance)
      (proxy, noProxySource) = Self.proxy(place.way)
      headers = endpoint.headers.map(\.name)
    }

    private static func proxy(_ way: ProxyRules.Way) -> (Proxy?, Source?) {
      switch way {
      case .direct, .loopback: return (nil, nil)
      case .excluded(let provenance): return (nil, Source(provenance))
      case .proxy(let proxy):
        let origin =
          switch proxy.source {
          case .commandLine: "--proxy"
          case .environment(let variable): variable
          }
        return (Proxy(address: proxy.description, origin: origin), nil)
      }
    }
  }

  let reference: String
  /// What made a short name this one.
  let shortNameSource: Source?
  let endpoints: [Place]
  /// What the name means where that registry does not have the image, in this order.
  let alternatives: [ConfigRecord]?

  /// - Parameter plans: at least one.
  init(_ plans: [AccessPlan]) {
    reference = plans[0].reference.jsonName
    shortNameSource = Source(plans[0].fullName?.provenance)
    endpoints = plans[0].places.map(Place.init)
    alternatives = plans.count > 1 ? plans.dropFirst().map { ConfigRecord([$0]) } : nil
  }
}
