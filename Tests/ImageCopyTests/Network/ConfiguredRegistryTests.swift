import ImageModel
import MachineConfiguration
import PullScenes
import RegistryClient
import ScriptedServer
import TemporaryFolders
import Testing

@testable import ImageCopy

@Suite("Registries as the machine's configuration has them")
struct ConfiguredRegistryTests {
  private let image = ImageFixture(layers: [40_000], seed: 4)

  /// A pull of `registry.example`, which is this server, with a file of configuration.
  private func pull(
    _ scene: inout PullScene, _ server: ScriptedServer, _ files: [String: String], log: WarningLog = WarningLog()
  ) async throws -> PullScene.Outcome {
    let base = scene
    return try await ConfigurationFolder.run { root in
      for (name, text) in files { try root.write(text, to: name) }
      var scene = base
      scene.access.usesPlainHTTP = false
      scene.access.use(ConfigurationRoots(system: root.path("etc"), variables: [:]))
      scene.access.network.addressOverrides = ["registry.example": "127.0.0.1"]
      return try await scene.pull("registry.example:\(server.port)/team/app:1", observe: log.observe)
    }
  }

  private func insecure(_ server: ScriptedServer) -> [[String: String]] {
    [
      ["etc/docker/daemon.json": "{\"insecure-registries\":[\"registry.example:\(server.port)\"]}"],
      [
        "etc/containers/registries.conf":
          "[[registry]]\nlocation = \"registry.example:\(server.port)\"\ninsecure = true"
      ],
    ]
  }

  @Test("T043: plain HTTP only where a file calls the registry insecure, and it is said aloud")
  func insecurePlain() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await PullScene.run { scene in
        let strict = try await pull(&scene, server, [:])
        #expect(strict.failureClass == .tls)
        #expect(server.requests.isEmpty)
        for files in insecure(server) {
          let log = WarningLog()
          let outcome = try await pull(&scene, server, files, log: log)
          #expect(outcome.error == nil)
          #expect(log.all.contains(.plainHTTP(host: "registry.example:\(server.port)")))
        }
      }
    }
  }

  @Test("T042: a certificate goes unchecked only where a file calls the registry insecure")
  func insecureTLS() async throws {
    try await TestAuthority.run { authority in
      try await ScriptedServer.run(tls: try authority.context(.expired)) { server in
        server.serve(image)
        try await PullScene.run { scene in
          let strict = try await pull(&scene, server, [:])
          #expect(strict.failureClass == .tls)
          #expect(server.requests.isEmpty)
          for files in insecure(server) {
            let outcome = try await pull(&scene, server, files)
            #expect(outcome.error == nil)
          }
        }
      }
    }
  }

  @Test("hosts.toml: a mirror gets its header fields, its path and the registry it stands for, and nothing else does")
  func hosts() async throws {
    try await ScriptedServer.run { mirror in
      mirror.on("GET", "/api/hub/team/app/*") { request in
        let name = request.path.split(separator: "/").last.map(String.init) ?? ""
        if request.path.contains("/manifests/") { return .manifest(image.manifest) }
        guard let blob = image.blobs.first(where: { $0.digest == name }) else { return Reply(404) }
        return .blob(blob.body, for: request)
      }
      try await ScriptedServer.run { server in
        server.serve(image)
        try await PullScene.run { scene in
          let folder = "etc/containerd/certs.d/registry.example_\(server.port)_"
          let files = [
            "\(folder)/hosts.toml": """
            server = "http://registry.example:\(server.port)"
            [host."http://127.0.0.1:\(mirror.port)/api/hub"]
            override_path = true
            [host."http://127.0.0.1:\(mirror.port)/api/hub".header]
            X-Mirror-Key = "canary"
            """
          ]
          let outcome = try await pull(&scene, server, files)
          #expect(outcome.error == nil)
          #expect(!mirror.requests.isEmpty)
          #expect(mirror.requests.allSatisfy { $0.header("x-mirror-key") == "canary" })
          #expect(mirror.requests.allSatisfy { $0.queryValues("ns") == ["registry.example:\(server.port)"] })
          #expect(server.requests.allSatisfy { $0.header("x-mirror-key") == nil && $0.query.isEmpty })
        }
      }
    }
  }

  @Test("registries.conf: the location takes the prefix's place, and the image keeps its own name")
  func rewriting() async throws {
    try await ScriptedServer.run { server in
      server.serve(image, repository: "inner/team/app")
      try await PullScene.run { scene in
        let reference = "registry.example:\(server.port)/team/app:1"
        let text = """
          [[registry]]
          prefix = "registry.example:\(server.port)"
          location = "127.0.0.1:\(server.port)/inner"
          """
        let outcome = try await pull(&scene, server, ["etc/containers/registries.conf": text])
        #expect(outcome.error == nil)
        #expect(outcome.result?.imageName == reference)
      }
    }
  }

  @Test("What is blocked is refused before any request")
  func blocked() async throws {
    try await ScriptedServer.run { server in
      try await PullScene.run { scene in
        let text = "[[registry]]\nlocation = \"registry.example:\(server.port)\"\nblocked = true"
        let outcome = try await pull(&scene, server, ["etc/containers/registries.conf": text])
        #expect(outcome.failureClass == .refused)
        #expect(server.connections == 0)
        #expect(scene.files.isEmpty)
      }
    }
  }
}
