import ImageModel

extension AsyncHTTPTransport {
  /// What finds out about a host's certificate, on the way that requests take.
  func diagnosis(of origin: HTTPOrigin) throws -> CertificateDiagnosis {
    try diagnosis(of: origin, by: setup.route(to: origin), at: nil)
  }

  func diagnosis(
    of origin: HTTPOrigin, by route: Route, at address: IPAddress?
  ) throws -> CertificateDiagnosis {
    CertificateDiagnosis(line: try sideConnection(to: origin, by: route, at: address), trust: trust)
  }

  func sideConnection(to origin: HTTPOrigin) throws -> SideConnection {
    try sideConnection(to: origin, by: setup.route(to: origin), at: nil)
  }

  private func sideConnection(
    to origin: HTTPOrigin, by route: Route, at address: IPAddress?
  ) throws -> SideConnection {
    SideConnection(
      origin: origin, address: address, settings: setup.settings, group: setup.group,
      tunnel: try setup.tunnel(of: route, to: origin))
  }
}
