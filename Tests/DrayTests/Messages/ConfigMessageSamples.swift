import ImageModel
import ImageTransfer
import RegistryClient

@testable import dray

extension MessageSamples {
  static let config: [MessageSample] = {
    guard let proxy = Proxy(parsing: "http://me:secret@proxy.corp:3128", source: .environment(variable: "https_proxy")),
      let registry = try? RegistryName(parsing: "mirror.example")
    else { return [] }
    let file = PullEndpoint.Provenance.file(path: "/etc/containers/registries.conf", line: 3)
    let places = [
      (PullEndpoint.Role.mirror, file), (.mirror, .option("--mirror")), (.origin, .reference),
      (.origin, .file(path: "/etc/docker/daemon.json", line: nil)),
    ].map { role, provenance in
      AccessPlan.Place(
        endpoint: PullEndpoint(registry: registry, repository: "app", role: role, provenance: provenance),
        address: "https://mirror.example/v2/app", login: nil, trust: nil, proxy: nil)
    }
    let phrases: [ConfigPhrase] =
      [.image("docker.io/library/nginx:1"), .shortName(file)]
      + places.enumerated().map { .place($0.offset + 1, $0.element) } + [
        .digestsOnly, .noLogin,
        .login(.init(username: "me", origin: .commandLine)), .login(.init(username: nil, origin: .commandLine)),
        .inTheClear, .perhapsInTheClear, .unverified, .noAuthorities, .systemTrust(["/etc/ca.pem"]),
        .authorities(["/etc/ssl/cert.pem", "/etc/ca.pem"]), .clientCertificate("/etc/docker/certs.d/h/client.cert"),
        .noProxy, .proxy(proxy), .headers(["X-Key"]),
      ]
    return phrases.enumerated().map { .init("config \($0.offset)", $0.element) }
  }()
}
