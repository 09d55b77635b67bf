import ImageModel

extension AsyncHTTPTransport {
  /// What finds out about a host's certificate.
  ///
  /// - Parameters:
  ///   - route: the way there; nil for the one that requests take.
  ///   - address: where to connect to instead of where the name system says.
  func diagnosis(
    of origin: HTTPOrigin, by route: Route? = nil, at address: IPAddress? = nil
  ) throws -> CertificateDiagnosis {
    CertificateDiagnosis(line: try sideConnection(to: origin, by: route, at: address), trust: trust)
  }

  /// The same ways for a connection that is opened to find something out.
  func sideConnection(
    to origin: HTTPOrigin, by route: Route? = nil, at address: IPAddress? = nil
  ) throws -> SideConnection {
    SideConnection(
      origin: origin, address: address, settings: setup.settings, group: setup.group,
      tunnel: try setup.tunnel(of: route ?? setup.route(to: origin), to: origin))
  }
}
