import ImageModel

extension AsyncHTTPTransport {
  /// What finds out about a host's certificate, on the way that requests take.
  func diagnosis(of origin: HTTPOrigin) throws -> CertificateDiagnosis {
    try diagnosis(of: origin, by: route(to: origin), at: nil)
  }

  func diagnosis(
    of origin: HTTPOrigin, by route: Route, at address: IPAddress?
  ) throws -> CertificateDiagnosis {
    CertificateDiagnosis(line: try sideConnection(to: origin, by: route, at: address), trust: trust)
  }

  func sideConnection(to origin: HTTPOrigin) throws -> SideConnection {
    try sideConnection(to: origin, by: route(to: origin), at: nil)
  }

  private func sideConnection(
    to origin: HTTPOrigin, by route: Route, at address: IPAddress?
  ) throws -> SideConnection {
    SideConnection(
      origin: origin, address: address, settings: settings, group: group, tunnel: try tunnel(of: route, to: origin))
  }

  func tunnel(of route: Route, to origin: HTTPOrigin) throws -> Tunnel? {
    guard let proxy = route.proxy else { return nil }
    let proxyTLS = try proxy.origin.map { try trust.tls(for: $0) }
    let target = settings.addressOverrides.target(of: origin)
    return Tunnel(
      proxy: proxy, host: target.host, port: target.port,
      proxyTLS: proxyTLS, timeout: settings.connectTimeout)
  }
}
