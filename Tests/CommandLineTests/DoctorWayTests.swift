import NIOSSL
import ScriptedServer
import SystemPackage
import Testing

@Suite("dray doctor, on the way to a registry")
struct DoctorWayTests {
  private func serve(_ server: ScriptedServer) {
    server.on("/v2/", reply: Reply(text: "{}"))
    server.on("HEAD", "/v2/ratelimitpreview/test/manifests/latest", reply: Reply(404))
  }

  /// Runs it in a folder with one file of configuration, `registries.conf`.
  private func examine(
    _ registry: String, _ options: [String] = [], environment: [String: String] = [:], configuration: String = ""
  ) async throws -> (ended: Dray.Ended, lines: [String]) {
    var ended: Dray.Ended?
    try await Dray.scene { scene in
      var dray = scene
      let file = dray.folder.appending("registries.conf")
      _ = try await dray.shell("printf '%s' \"$TEXT\" > registries.conf", ["TEXT": configuration])
      dray.environment = environment.merging(["CONTAINERS_REGISTRIES_CONF": file.string]) { $1 }
      ended = try await dray.run(["doctor", registry] + options)
    }
    let result = try #require(ended)
    return (result, result.output.split(separator: "\n").map(String.init))
  }

  @Test("the TLS line tells version, address, issuer and end", arguments: [TLSVersion.tlsv12, .tlsv13])
  func encrypted(version: TLSVersion) async throws {
    try await TestAuthority.run { authority in
      try await ScriptedServer.run(tls: try authority.context(.good, newest: version)) { server in
        serve(server)
        let options = ["--ca-cert", authority.certificateFile]
        let name = version == .tlsv13 ? "TLS 1.3" : "TLS 1.2"
        let (ended, lines) = try await examine(server.authority, options)
        #expect(ended.code == 0, "\(ended.output)")
        let line = try #require(lines.first { $0.hasPrefix("ok    tls        ") }, "\(ended.output)")
        #expect(line.hasPrefix("ok    tls        \(name) with 127.0.0.1; the certificate is valid until 2"))
        #expect(line.hasSuffix("; issued by 'Dray Tests, Test Authority'"))
        let json = try await examine(server.authority, options + ["--json"])
        let record = try #require(json.lines.first { $0.contains(#""check":"tls""#) })
        #expect(record.contains(#""address":"127.0.0.1""#))
        #expect(record.contains(#""tls":"\#(name)""#))
      }
    }
  }

  @Test("Docker Hub: its names, its token service, and the pulls that are left", arguments: [76, 3])
  func dockerHub(left: Int) async throws {
    let names = (registry: "registry-1.docker.io", service: "auth.docker.io")
    try await TestAuthority.run(hosts: [names.registry, names.service]) { authority in
      let context = try authority.context(.good)
      try await ScriptedServer.run(tls: context) { registry in
        try await ScriptedServer.run(tls: context) { service in
          let challenge = #"Bearer realm="https://\#(names.service)/token",service="registry.docker.io""#
          registry.on("/v2/", reply: Reply(401, headers: [("WWW-Authenticate", challenge)]))
          registry.on("HEAD", "/v2/ratelimitpreview/test/manifests/latest") { request in
            guard request.bearerToken == "hub" else { return Reply(401, headers: [("WWW-Authenticate", challenge)]) }
            return Reply(headers: [
              ("RateLimit-Limit", "100;w=21600"), ("RateLimit-Remaining", "\(left);w=21600"),
              ("Content-Type", ImageFixture.manifestType),
            ])
          }
          service.giveTokens(at: "/token") { _ in .token("hub") }
          let (ended, lines) = try await examine(
            "docker.io",
            [
              "--ca-cert", authority.certificateFile, "--resolve",
              "\(names.registry):443=127.0.0.1:\(registry.port)", "--resolve",
              "\(names.service):443=127.0.0.1:\(service.port)",
            ])
          #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
          #expect(lines.contains("ok    name       registry-1.docker.io resolves to 127.0.0.1"), "\(lines)")
          #expect(lines.contains("ok    api        /v2/ answers 401 and requires bearer"))
          #expect(lines.contains("ok    realm      the token service https://auth.docker.io/token answers"))
          #expect(lines.contains("ok    login      there is no login for this registry"))
          let pulls = try #require(lines.last { $0.contains("  pulls      ") }, "\(lines)")
          #expect(pulls.hasPrefix(left < 10 ? "warn" : "ok  "))
          #expect(pulls.hasSuffix("100 pulls in 6 h, \(left) left"), "\(pulls)")
          #expect(registry.requests.allSatisfy { $0.values("host") == [names.registry] })
        }
      }
    }
  }

  @Test("a proxy in use is named with the setting that names it; the name is the proxy's to look up")
  func proxied() async throws {
    try await TestAuthority.run(hosts: ["registry.test"]) { authority in
      try await ScriptedServer.run(tls: try authority.context(.good)) { server in
        serve(server)
        try await ScriptedProxy.run { proxy in
          let (ended, lines) = try await examine(
            "registry.test:\(server.port)", ["--ca-cert", authority.certificateFile],
            environment: ["https_proxy": proxy.address])
          #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
          #expect(
            lines.contains(
              "ok    proxy      https://registry.test:\(server.port) is reached through the proxy \(proxy.address) (from https_proxy), which resolves its name"
            ), "\(lines)")
          #expect(
            lines.contains { $0.hasPrefix("ok    tls        TLS 1.3; the certificate is valid until ") }, "\(lines)")
          #expect(!lines.contains { $0.contains("  name  ") })
          #expect(proxy.tunnels.allSatisfy { $0 == "registry.test:\(server.port)" })
        }
      }
    }
  }

  @Test("a registry in the clear through a proxy; and a proxy that does not lead there, which is its own failure")
  func proxiedInTheClear() async throws {
    try await ScriptedServer.run { server in
      serve(server)
      let registry = "registry.test:\(server.port)"
      try await ScriptedProxy.run { proxy in
        let (ended, lines) = try await examine(
          registry, ["--plain-http"], environment: ["ALL_PROXY": proxy.address])
        #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
        #expect(lines.contains("warn  tls        http://\(registry) is accessed without encryption"), "\(lines)")
      }
      var configuration = ScriptedProxy.Configuration()
      configuration.answers = Array(repeating: "HTTP/1.1 403 Forbidden", count: 4)
      try await ScriptedProxy.run(configuration) { proxy in
        let (ended, lines) = try await examine(registry, environment: ["https_proxy": proxy.address])
        #expect(ended.code == 15)
        #expect(lines.contains { $0.hasPrefix("fail  proxy      ") && $0.contains(proxy.address) }, "\(lines)")
      }
    }
  }

  @Test("configured mirrors are told with file and line: what one answers, and that another is of no help")
  func mirrors() async throws {
    try await ScriptedServer.run { server in
      serve(server)
      try await ScriptedServer.run { mirror in
        mirror.on(
          "/v2/",
          reply: Reply(
            401,
            headers: [
              ("WWW-Authenticate", #"Bearer realm="http://x/token""#), ("RateLimit-Limit", "100;w=21600"),
              ("RateLimit-Remaining", "90;w=21600"),
            ]))
        let configuration = """
          [[registry]]
          location = "\(server.authority)"
          insecure = true
          [[registry.mirror]]
          location = "127.0.0.1:1"
          [[registry.mirror]]
          location = "\(mirror.authority)"
          insecure = true
          """
        let (ended, lines) = try await examine(server.authority, configuration: configuration)
        #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
        let told = lines.filter { $0.contains("  mirror     ") }
        #expect(told.count == 2, "\(lines)")
        #expect(told.first?.hasPrefix("warn  mirror     the mirror https://127.0.0.1:1, by /") == true, "\(told)")
        #expect(told.first?.contains("registries.conf:5, cannot be used: ") == true, "\(told)")
        #expect(told.last?.hasPrefix("ok    mirror     the mirror \(mirror.origin), by /") == true, "\(told)")
        #expect(told.last?.hasSuffix("registries.conf:7, answers 401 and requires bearer") == true, "\(told)")
        #expect(
          lines.contains("ok    pulls      the mirror \(mirror.origin): 100 pulls in 6 h, 90 left"), "\(lines)")
        #expect(lines.contains("ok    tls        \(server.origin) is accessed without encryption, at 127.0.0.1"))
        #expect(lines.contains("ok    api        /v2/ answers 200: no login is required"))
      }
    }
  }

  @Test("what configuration blocks is told as such")
  func blocked() async throws {
    let configuration = "[[registry]]\nlocation = \"registry.test\"\nblocked = true\n"
    let (ended, lines) = try await examine("registry.test", configuration: configuration)
    #expect(ended.code == 21, "\(ended.output)")
    #expect(lines.first?.hasPrefix("fail  api        ") == true, "\(lines)")
  }
}
