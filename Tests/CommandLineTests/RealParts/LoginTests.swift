import SystemPackage
import Testing

extension RealPartsTests {
  @Suite("Logins at docker-registry", .serialized)
  struct LoginTests {
    private static let robot = "robot$llsydn+ci"
    private static let password = "canary:w$d %é"
    private static let login = ["--username", robot, "--password-stdin"]

    /// A registry with one private image, `llsydn/busybox:1.0`, and one that the token service gives to everyone.
    private func scene(
      _ options: [String], _ body: (Dray, RealRegistry) async throws -> Void
    ) async throws {
      let user = "\(Self.robot):\(Self.password)"
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray, options + ["--user", user]) { registry in
          _ = try await registry.push(.busybox, as: "llsydn/busybox:1.0", credentials: user)
          _ = try await registry.push(.busybox, as: "library/busybox:1.0", credentials: user)
          try await body(dray, registry)
        }
      }
    }

    private func expectPulled(_ ended: Dray.Ended, _ dray: Dray, sourceLocation: SourceLocation = #_sourceLocation) {
      #expect(ended.code == 0, "\(ended.errors)", sourceLocation: sourceLocation)
      #expect(ended.output == "busybox_1.0.tar\n", sourceLocation: sourceLocation)
      #expect(!ended.errors.contains(Self.password), sourceLocation: sourceLocation)
      #expect(dray.files == ["busybox_1.0.tar", "registry"], sourceLocation: sourceLocation)
    }

    private func expectRefused(_ ended: Dray.Ended, _ dray: Dray, sourceLocation: SourceLocation = #_sourceLocation) {
      #expect(ended.code == 12, "\(ended.errors)", sourceLocation: sourceLocation)
      #expect(ended.errors.contains("error[auth]"), "\(ended.errors)", sourceLocation: sourceLocation)
      #expect(dray.files == ["registry"], sourceLocation: sourceLocation)
    }

    @Test(
      "A robot's name with a dollar sign logs in, with a password file and at Harbor's kind of token service",
      .timeLimit(.minutes(10)), arguments: ["basic", "token"])
    func robot(_ kind: String) async throws {
      try await scene(["--auth", kind]) { dray, registry in
        let image = "\(registry.address)/llsydn/busybox:1.0"
        let ended = try await dray.run(
          ["pull", image, "--plain-http"] + Self.login, input: "\(Self.password)\n")
        expectPulled(ended, dray)
      }
    }

    @Test("The same over TLS with a private authority", .timeLimit(.minutes(10)), arguments: ["basic", "token"])
    func robotOverTLS(_ kind: String) async throws {
      try await scene(["--auth", kind, "--tls"]) { dray, registry in
        let image = "\(registry.address)/llsydn/busybox:1.0"
        let authority = registry.folder.appending("ca.pem").string
        let ended = try await dray.run(
          ["pull", image, "--ca-cert", authority] + Self.login, input: "\(Self.password)\n")
        expectPulled(ended, dray)
      }
    }

    @Test("A wrong password is refused", .timeLimit(.minutes(10)), arguments: ["basic", "token"])
    func wrongPassword(_ kind: String) async throws {
      try await scene(["--auth", kind]) { dray, registry in
        let image = "\(registry.address)/llsydn/busybox:1.0"
        let ended = try await dray.run(["pull", image, "--plain-http"] + Self.login, input: "wrong\n")
        expectRefused(ended, dray)
      }
    }

    @Test("Nobody's token opens what is everyone's, and nothing else", .timeLimit(.minutes(10)))
    func anonymous() async throws {
      try await scene(["--auth", "token"]) { dray, registry in
        expectRefused(try await dray.run(["pull", "\(registry.address)/llsydn/busybox:1.0"]), dray)
        expectPulled(try await dray.run(["pull", "\(registry.address)/library/busybox:1.0"]), dray)
      }
    }

    @Test("A realm that cannot be reached is looked for at the registry's own address", .timeLimit(.minutes(10)))
    func realmOutOfReach() async throws {
      try await Dray.scene { dray in
        let storage = dray.folder.appending("storage").string
        try await RealRegistry.run(in: dray, ["--storage", storage]) { open in
          _ = try await open.push(.busybox, as: "llsydn/busybox:1.0")
        }
        let options = [
          "--storage", storage, "--auth", "token", "--realm", "http://127.0.0.1:1/service/token",
          "--user", "\(Self.robot):\(Self.password)",
        ]
        try await RealRegistry.run(in: dray, options) { registry in
          let ended = try await dray.run(
            ["pull", "\(registry.address)/llsydn/busybox:1.0", "--plain-http"] + Self.login,
            input: "\(Self.password)\n")
          #expect(ended.code == 0, "\(ended.errors)")
          #expect(dray.files.contains("busybox_1.0.tar"))
        }
        try await RealPart.run("rm", ["-rf", storage])
      }
    }

    @Test("A certificate of an unknown authority is refused, and taken when it is asked for", .timeLimit(.minutes(10)))
    func unknownAuthority() async throws {
      try await scene(["--tls"]) { dray, registry in
        let image = "\(registry.address)/library/busybox:1.0"
        let refused = try await dray.run(["pull", image])
        #expect(refused.code == 14, "\(refused.errors)")
        #expect(refused.errors.contains("error[tls]"), "\(refused.errors)")
        #expect(dray.files == ["registry"])
        expectPulled(try await dray.run(["pull", image, "--insecure-skip-tls-verify"]), dray)
      }
    }
  }
}
