import ImageModel
import ImageTransfer
import RegistryClient
import Synchronization
import SystemPackage
import Testing

extension RealPartsTests {
  @Suite("Proxies, certificates and mirrors as they are set up", .serialized)
  struct NetworkTests {
    /// A home in the scene's folder, gone afterwards.
    private func withHome(_ body: (inout Dray, FilePath) async throws -> Void) async throws {
      try await Dray.scene { scene in
        var dray = scene
        let home = scene.folder.appending("home")
        dray.environment["HOME"] = home.string
        try await RealPart.run("mkdir", ["-p", home.string])
        do {
          try await body(&dray, home)
        } catch {
          try await RealPart.run("rm", ["-rf", home.string])
          throw error
        }
        try await RealPart.run("rm", ["-rf", home.string])
      }
    }

    private func write(_ text: String, to path: FilePath) async throws {
      try await RealPart.run(
        "sh", ["-c", "mkdir -p \"$(dirname \"$1\")\" && printf '%s\\n' \"$2\" >\"$1\"", "sh", path.string, text])
    }

    private func copy(_ file: FilePath, to folder: FilePath, as name: String) async throws {
      try await RealPart.run("install", ["-D", file.string, folder.appending(name).string])
    }

    @Test(
      "T076: through squid, with a password and without, to a registry with TLS and to one without",
      .timeLimit(.minutes(10)), arguments: [false, true], [false, true])
    func squid(hasPassword: Bool, isSecure: Bool) async throws {
      try await withHome { dray, home in
        let options = isSecure ? ["--tls", "--name", "registry.test"] : []
        try await RealRegistry.run(in: dray, options) { registry in
          _ = try await registry.push(.busybox, as: "team/busybox:1.0")
          let place = "registry.test:\(registry.port)"
          if isSecure {
            try await copy(
              registry.folder.appending("ca.pem"), to: home.appending(".config/containers/certs.d/\(place)"),
              as: "ca.crt")
          }
          let user = hasPassword ? ["--user", "me:p@ss/word"] : []
          try await RealProxy.run(in: dray, ["--name", "registry.test"] + user) { proxy in
            let pull = ["pull", "--quiet", "\(place)/team/busybox:1.0"] + (isSecure ? [] : ["--plain-http"])
            if hasPassword {
              dray.environment["ALL_PROXY"] = "http://\(proxy.address)"
              let refused = try await dray.run(pull)
              #expect(refused.code == 15, "\(refused.errors)")
              #expect(refused.errors.contains("the proxy http://\(proxy.address) (from ALL_PROXY) wants a login"))
            }
            let login = hasPassword ? "me:p%40ss%2Fword@" : ""
            dray.environment["ALL_PROXY"] = "http://\(login)\(proxy.address)"
            let pulled = try await dray.run(pull)
            #expect(pulled.code == 0, "\(pulled.errors)")
            #expect(pulled.output == "busybox_1.0.tar\n")
            let served = try await proxy.requests().filter { $0.hasPrefix("200") }
            #expect(!served.isEmpty)
            #expect(
              served.allSatisfy { $0.hasPrefix(isSecure ? "200 CONNECT \(place)" : "200 GET http://\(place)/v2/") })
          }
        }
      }
    }

    @Test("T076: a registry that squid cannot reach is told apart from a proxy that is down", .timeLimit(.minutes(10)))
    func unreachable() async throws {
      try await withHome { dray, _ in
        try await RealProxy.run(in: dray, ["--name", "registry.test"]) { proxy in
          dray.environment["https_proxy"] = "http://\(proxy.address)"
          let ended = try await dray.run(["pull", "registry.test:1/team/app"])
          #expect(ended.code == 15, "\(ended.errors)")
          #expect(ended.errors.contains("(from https_proxy) does not reach https://registry.test:1: HTTP 503"))
        }
        let down = try await dray.run(["pull", "registry.test:1/team/app"])
        #expect(down.code == 15, "\(down.errors)")
        #expect(down.errors.contains("no connection to the proxy"), "\(down.errors)")
      }
    }

    @Test(
      "A private authority and a client's certificate in the registry's folder: nginx lets dray in",
      .timeLimit(.minutes(10)))
    func clientCertificate() async throws {
      try await withHome { dray, home in
        try await RealRegistry.run(in: dray, ["--client-certificates"]) { registry in
          let layout = try await RealPart.image.run(["busybox"])
          try await RealPart.run(
            "skopeo",
            [
              "--insecure-policy", "copy", "--quiet", "--all", "--dest-cert-dir", registry.folder.string,
              "--dest-tls-verify=false", "oci:\(layout):latest",
              "docker://\(registry.address)/team/busybox:1.0",
            ])
          let pull = ["pull", "--quiet", "\(registry.address)/team/busybox:1.0"]
          let untrusted = try await dray.run(pull)
          #expect(untrusted.code == 14, "\(untrusted.errors)")
          #expect(untrusted.errors.contains("certs.d/\(registry.address)/ca.crt"), "\(untrusted.errors)")

          let folder = home.appending(".config/containers/certs.d/\(registry.address)")
          try await copy(registry.folder.appending("ca.pem"), to: folder, as: "ca.crt")
          let unknown = try await dray.run(pull)
          #expect(unknown.code == 14, "\(unknown.errors)")
          #expect(unknown.errors.contains("wants a certificate of the client"), "\(unknown.errors)")

          try await copy(registry.folder.appending("client.cert"), to: folder, as: "client.cert")
          try await copy(registry.folder.appending("client.key"), to: folder, as: "client.key")
          let pulled = try await dray.run(pull)
          #expect(pulled.code == 0, "\(pulled.errors)")
        }
      }
    }

    enum Setup: String, CaseIterable {
      case registries = "containers/registries.conf"
      case hosts = "containerd/certs.d/docker.io/hosts.toml"
      case daemon = "docker/daemon.json"

      func text(mirror: String) -> String {
        switch self {
        case .registries:
          """
          [[registry]]
          location = "docker.io"
          [[registry.mirror]]
          location = "\(mirror)"
          insecure = true
          """
        case .hosts: "[host.\"http://\(mirror)\"]\n  capabilities = [\"pull\", \"resolve\"]"
        case .daemon: "{\"registry-mirrors\": [\"http://\(mirror)\"]}"
        }
      }
    }

    @Test(
      "T079: a mirror says what the tag means; where it is down the origin does, with one warning",
      .timeLimit(.minutes(10)), arguments: Setup.allCases)
    func mirror(_ setup: Setup) async throws {
      try await withHome { dray, home in
        let etc = home.appending("etc")
        try await RealRegistry.run(in: dray, named: "origin", ["--tls", "--name", "registry-1.docker.io"]) { origin in
          try await copy(
            origin.folder.appending("ca.pem"), to: etc.appending("docker/certs.d/registry-1.docker.io"), as: "ca.crt")
          _ = try await origin.push(.busybox, as: "library/busybox:1.0")
          var access = RegistryAccess(credentials: NoCredentials())
          access.use(ConfigurationRoots(system: etc.string, variables: [:]))
          access.addressOverrides.connect("registry-1.docker.io", port: 443, to: "127.0.0.1", port: origin.port)

          try await RealRegistry.run(in: dray, named: "mirror") { mirror in
            _ = try await mirror.push(.busybox, as: "library/busybox:1.0")
            try await write(setup.text(mirror: mirror.address), to: etc.appending(setup.rawValue))
            let warnings = try await pull(access, to: home.appending("first.tar"))
            #expect(try await !asksForManifest(origin))
            #expect(warnings.allSatisfy { if case .plainHTTP = $0 { true } else { false } }, "\(warnings)")
          }
          let warnings = try await pull(access, to: home.appending("second.tar"))
          #expect(try await asksForManifest(origin))
          let dropped = warnings.filter { if case .mirrorDropped = $0 { true } else { false } }
          #expect(dropped.count == 1, "\(warnings)")
          try await RealPart.run("cmp", [home.appending("first.tar").string, home.appending("second.tar").string])
        }
      }
    }

    /// Whether somebody has asked for a manifest there; what pushes does not.
    private func asksForManifest(_ registry: RealRegistry) async throws -> Bool {
      let log = try await RealPart.run("cat", [registry.folder.appending("registry.log").string])
      return log.contains("GET /v2/library/busybox/manifests/")
    }

    private func pull(_ access: RegistryAccess, to file: FilePath) async throws -> [PullWarning] {
      let warnings = Mutex<[PullWarning]>([])
      let engine = try ImagePull(access)
      var request = PullRequest(reference: try ImageReference(parsing: "busybox:1.0"))
      request.output = .file(file.string)
      do {
        _ = try await engine.run(request) { event in
          if case .warning(let warning) = event { warnings.withLock { $0.append(warning) } }
        }
      } catch {
        try await engine.close()
        throw error
      }
      try await engine.close()
      return warnings.withLock(\.self)
    }
  }
}
