import ImageCopy
import ImageModel
import MachineConfiguration
import RegistryAuth
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
          let user = hasPassword ? ["--user", "me:canary@/word"] : []
          try await RealProxy.run(in: dray, ["--name", "registry.test"] + user) { proxy in
            let pull = ["pull", "--quiet", "\(place)/team/busybox:1.0"] + (isSecure ? [] : ["--plain-http"])
            if hasPassword {
              dray.environment["ALL_PROXY"] = "http://\(proxy.address)"
              let refused = try await dray.run(pull)
              #expect(refused.code == 15, "\(refused.errors)")
              #expect(refused.errors.contains("the proxy http://\(proxy.address) (from ALL_PROXY) requires a login"))
            }
            let login = hasPassword ? "me:canary%40%2Fword@" : ""
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

    @Test(
      "T076: through squid to a registry in the clear that registries.conf calls insecure: plain HTTP, said aloud",
      .timeLimit(.minutes(10)))
    func insecureThroughSquid() async throws {
      try await withHome { dray, home in
        try await RealRegistry.run(in: dray) { registry in
          _ = try await registry.push(.busybox, as: "team/busybox:1.0")
          let place = "registry.test:\(registry.port)"
          try await RealProxy.run(in: dray, ["--name", "registry.test"]) { proxy in
            dray.environment["ALL_PROXY"] = "http://\(proxy.address)"
            let strict = try await dray.run(["pull", "\(place)/team/busybox:1.0"])
            #expect(strict.code == 14, "\(strict.errors)")
            try await write(
              "[[registry]]\nlocation = \"\(place)\"\ninsecure = true",
              to: home.appending(".config/containers/registries.conf"))
            let pulled = try await dray.run(["pull", "\(place)/team/busybox:1.0"])
            #expect(pulled.code == 0, "\(pulled.errors)")
            #expect(pulled.errors.contains("warning: the connection to \(place) is not encrypted"), "\(pulled.errors)")
            let requests = try await proxy.requests()
            #expect(requests.contains { $0.hasPrefix("200 GET http://\(place)/v2/team/busybox/") }, "\(requests)")
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
          #expect(ended.errors.contains("(from https_proxy) cannot reach https://registry.test:1: HTTP 503"))
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
          #expect(unknown.errors.contains("requires a client certificate"), "\(unknown.errors)")

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

    /// An origin that is Docker Hub to the pull, and how it is reached.
    private func withOrigin(
      _ body: (Dray, _ home: FilePath, RealRegistry, RegistryAccess) async throws -> Void
    ) async throws {
      try await withHome { dray, home in
        try await RealRegistry.run(in: dray, named: "origin", ["--tls", "--name", "registry-1.docker.io"]) { origin in
          try await copy(
            origin.folder.appending("ca.pem"), to: home.appending("etc/docker/certs.d/registry-1.docker.io"),
            as: "ca.crt")
          _ = try await origin.push(.busybox, as: "library/busybox:1.0")
          var access = RegistryAccess(credentials: NoCredentials())
          access.use(ConfigurationRoots(system: home.appending("etc").string, variables: [:]))
          access.network.addressOverrides.connect("registry-1.docker.io", port: 443, to: "127.0.0.1", port: origin.port)
          try await body(dray, home, origin, access)
        }
      }
    }

    /// The bytes of the image's config and layer.
    private func blobBytes(_ registry: RealRegistry) async throws -> (layer: Int64, all: Int64) {
      let sizes = try await RealPart.run(
        "find", [registry.folder.appending("storage").string, "-name", "data", "-printf", "%s\\n"])
      let numbers = sizes.split(separator: "\n").compactMap { Int64($0) }.sorted()
      // The manifest is a blob to it, too, and the smallest but for the config, which is larger.
      try #require(numbers.count == 3, "\(numbers)")
      return (numbers[2], numbers[1] + numbers[2])
    }

    @Test(
      "T079: a mirror says what the tag means and serves; where it is down the origin does, with one warning",
      .timeLimit(.minutes(10)), arguments: Setup.allCases)
    func mirror(_ setup: Setup) async throws {
      try await withOrigin { dray, home, origin, access in
        let size = try await blobBytes(origin).all
        try await RealRegistry.run(in: dray, named: "mirror") { mirror in
          _ = try await mirror.push(.busybox, as: "library/busybox:1.0")
          try await write(setup.text(mirror: mirror.address), to: home.appending("etc/\(setup.rawValue)"))
          let pulled = try await pull(access, to: home.appending("first/image.tar"))
          #expect(try await !asksForManifest(origin))
          let isQuiet = pulled.warnings.allSatisfy { if case .plainHTTP = $0 { true } else { false } }
          #expect(isQuiet, "\(pulled.warnings)")
          let (far, near) = (try await origin.blobsServed(), try await mirror.blobsServed())
          #expect(near.count >= 1)
          #expect(far.count + near.count == 2, "each blob once")
          #expect(far.bytes + near.bytes == size)
        }
        let before = try await origin.blobsServed()
        let pulled = try await pull(access, to: home.appending("second/image.tar"))
        #expect(try await asksForManifest(origin))
        let dropped = pulled.warnings.filter { if case .mirrorDropped = $0 { true } else { false } }
        #expect(dropped.count == 1, "\(pulled.warnings)")
        let after = try await origin.blobsServed()
        #expect(after.count - before.count == 2)
        #expect(after.bytes - before.bytes == size)
        try await RealPart.run(
          "cmp", [home.appending("first/image.tar").string, home.appending("second/image.tar").string])
      }
    }

    enum Fault: String, CaseIterable {
      case lacksLayer, flippedBit, drips
    }

    @Test(
      "T079: a mirror without the layer, with a flipped bit in it, or at 1 KiB/s: the origin sends the layer, and no more",
      .timeLimit(.minutes(10)), arguments: Fault.allCases)
    func badMirror(_ fault: Fault) async throws {
      try await withOrigin { dray, home, origin, access in
        let size = try await blobBytes(origin)
        let whole = home.appending("whole/image.tar")
        _ = try await pull(access, to: whole)
        let before = try await origin.blobsServed()
        let options = fault == .drips ? ["--limit-rate", "1k"] : []
        try await RealRegistry.run(in: dray, named: "mirror", options) { mirror in
          _ = try await mirror.push(.busybox, as: "library/busybox:1.0")
          let change =
            switch fault {
            case .lacksLayer: "rm \"$layer\""
            case .flippedBit: "printf x | dd of=\"$layer\" bs=1 seek=5000 conv=notrunc status=none"
            case .drips: ":"
            }
          try await RealPart.run(
            "sh",
            [
              "-c", "layer=$(find \"$0\" -name data -size +100k); [ -f \"$layer\" ] && \(change)",
              mirror.folder.appending("storage").string,
            ])
          try await write(Setup.daemon.text(mirror: mirror.address), to: home.appending("etc/\(Setup.daemon.rawValue)"))
          // What is set up is read once.
          var access = access
          access.use(ConfigurationRoots(system: home.appending("etc").string, variables: [:]))
          let file = home.appending("mixed/image.tar")
          let pulled = try await pull(access, to: file)
          try await RealPart.run("cmp", [file.string, whole.string])
          let after = try await origin.blobsServed()
          let (far, near) = (after.bytes - before.bytes, try await mirror.blobsServed())
          let config = size.all - size.layer
          switch fault {
          case .lacksLayer:
            #expect(pulled.warnings == [.mirrorIncomplete(host: mirror.address)])
            #expect(far == size.layer)
            #expect(near == (1, config))
          case .flippedBit:
            guard case .wrongBytes(mirror.address, _) = pulled.warnings.first else {
              Issue.record("\(pulled.warnings)")
              return
            }
            #expect(pulled.warnings.count == 1)
            #expect(far == size.layer)
            #expect(near == (2, size.all))
          case .drips:
            // What the mirror has sent before it is given up counts. The origin counts what it wrote into a connection that
            // ends at a piece's new bound, too, up to what stands in the buffers on the way.
            #expect((size.layer - 65_536..<2 * size.layer - 65_536).contains(far), "\(far)")
            #expect(pulled.result.bytesFetched <= size.layer + 65_536)
          }
        }
      }
    }

    /// Whether somebody has asked for a manifest there; what pushes does not.
    private func asksForManifest(_ registry: RealRegistry) async throws -> Bool {
      let log = try await RealPart.run("cat", [registry.folder.appending("registry.log").string])
      return log.contains("GET /v2/library/busybox/manifests/")
    }

    private func pull(
      _ access: RegistryAccess, to file: FilePath
    ) async throws -> (result: PullResult, warnings: [PullWarning]) {
      // A folder of its own: blobs of an archive beside it would be taken.
      try await RealPart.run("mkdir", [file.removingLastComponent().string])
      let warnings = Mutex<[PullWarning]>([])
      let engine = try ImagePull(access)
      var request = PullRequest(reference: try ImageReference(parsing: "busybox:1.0"))
      request.output = .file(file.string)
      let result: PullResult
      do {
        result = try await engine.run(request) { event in
          if case .warning(let warning) = event { warnings.withLock { $0.append(warning) } }
        }
      } catch {
        try await engine.close()
        throw error
      }
      try await engine.close()
      return (result, warnings.withLock(\.self))
    }
  }
}
