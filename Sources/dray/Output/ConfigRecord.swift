import ImageTransfer
import RegistryClient

/// The object of `dray config --json`, as docs/json.md describes it.
struct ConfigRecord: Encodable {
  struct Source: Encodable {
    /// Left out where no file says it.
    let path: String?
    let line: Int?
    let option: String?

    init?(_ provenance: PullEndpoint.Provenance) {
      switch provenance {
      case .reference: return nil
      case .option(let name): (path, line, option) = (nil, nil, name)
      case .file(let file, let number): (path, line, option) = (file, number, nil)
      }
    }
  }

  struct Login: Encodable {
    let username: String?
    let origin: String
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
    let authorities: [String]
    let clientCertificate: String?
    let proxy: Proxy?
    let headers: [String]

    init(_ place: AccessPlan.Place) {
      let endpoint = place.endpoint
      role = endpoint.role == .mirror ? "mirror" : "origin"
      address = place.address
      source = Source(endpoint.provenance)
      resolvesTags = endpoint.resolvesTags
      mayBePlainHTTP =
        place.trust == nil || endpoint.scheme == .either || endpoint.scheme == .found && endpoint.registry.isLoopback
      login = place.login.map { Login(username: $0.username, origin: $0.origin.phrase.text(.english)) }
      verified = place.trust?.isVerified ?? false
      authorities = place.trust?.authorities ?? []
      clientCertificate = place.trust?.clientCertificate
      proxy = place.proxy.map { proxy in
        let origin =
          switch proxy.source {
          case .commandLine: "--proxy"
          case .environment(let variable): variable
          }
        return Proxy(address: proxy.description, origin: origin)
      }
      headers = endpoint.headers.map(\.name)
    }
  }

  let reference: String
  /// What made a short name this one.
  let shortNameSource: Source?
  let endpoints: [Place]

  init(_ plan: AccessPlan) {
    reference = plan.reference.jsonName
    shortNameSource = plan.fullName.flatMap { Source($0.provenance) }
    endpoints = plan.places.map(Place.init)
  }
}
