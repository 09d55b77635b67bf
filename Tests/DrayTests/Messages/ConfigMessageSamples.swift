import HTTPAccess
import ImageCopy
import ImageModel
import MachineConfiguration
import RegistryClient

@testable import DrayMessages
@testable import dray

extension MessageSamples {
  static let config: [MessageSample] = {
    guard let proxy = Proxy(parsing: "http://me:secret@proxy.corp:3128", source: .environment(variable: "https_proxy")),
      let registry = try? RegistryName(parsing: "mirror.example")
    else { return [] }
    let file = Provenance.file(path: "/etc/containers/registries.conf", line: 3)
    let places = [
      (PullEndpoint.Role.mirror, file), (.mirror, .option("--mirror")), (.origin, .reference),
      (.origin, .file(path: "/etc/docker/daemon.json", line: nil)),
    ].map { role, provenance in
      AccessPlan.Place(
        endpoint: PullEndpoint(registry: registry, repository: "app", role: role, provenance: provenance),
        address: "https://mirror.example/v2/app", login: nil, trust: nil, way: .direct)
    }
    let phrases: [ConfigPhrase] =
      [.image("docker.io/library/nginx:1"), .shortName(file)]
      + places.enumerated().map { .place($0.offset + 1, $0.element) } + [
        .digestsOnly, .noLogin,
        .login(.init(username: "me", origin: .commandLine)), .login(.init(username: nil, origin: .commandLine)),
        .login(
          .init(
            username: "me", origin: .file(path: "/home/me/.docker/config.json", key: "mirror.example"),
            provenance: .file(path: "/home/me/.docker/config.json", line: 4))),
        .login(
          .init(
            username: nil, origin: .helper(name: "pass", key: "mirror.example"),
            provenance: .file(path: "/home/me/.docker/config.json", line: 2))),
        .inTheClear(nil), .inTheClear(.option("--plain-http")), .perhapsInTheClear(nil), .perhapsInTheClear(file),
        .unverified(file), .noAuthorities, .systemTrust([.init(path: "/etc/ca.pem")]),
        .authorities([.init(path: "/etc/ssl/cert.pem"), .init(path: "/etc/ca.pem", provenance: .option("--ca-cert"))]),
        .clientCertificate(.init(path: "/etc/docker/certs.d/h/client.cert")),
        .clientCertificate(.init(path: "/etc/me.pem", provenance: file)),
        .way(.direct), .way(.loopback), .way(.excluded(.variable("no_proxy"))), .way(.proxy(proxy)),
        .headers(["X-Key"]), .containerProxies(.file(path: "/home/me/.docker/config.json", line: 5)),
      ]
    return phrases.enumerated().map { .init("config \($0.offset)", $0.element) }
  }()
}
