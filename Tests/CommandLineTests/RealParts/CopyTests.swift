import SystemPackage
import Testing

extension RealPartsTests {
  @Suite("dray copy and dray tag", .serialized)
  struct CopyTests {
    private static let user = "robot$llsydn+ci"
    private static let password = "canary:w$d %é"

    private func digest(_ image: String) async throws -> String {
      try await RealPart.run(
        "skopeo", ["inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://\(image)"])
    }

    private func requests(of registry: RealRegistry, since line: Int = 0) async throws -> [String] {
      let log = try await RealPart.run("cat", [registry.folder.appending("registry.log").string])
      return log.split(separator: "\n").dropFirst(line).compactMap { line -> String? in
        guard let start = line.firstRange(of: #"] ""#)?.upperBound else { return nil }
        let words = line[start...].split(separator: " ")
        return words.count > 2 && words[1].hasPrefix("/v2/") && words[1] != "/v2/" ? "\(words[0]) \(words[1])" : nil
      }
    }

    private func lines(of registry: RealRegistry) async throws -> Int {
      try await RealPart.run("cat", [registry.folder.appending("registry.log").string]).split(separator: "\n").count
    }

    @Test(
      "T195: an image goes from registry to registry under its digest; a second copy only asks",
      .timeLimit(.minutes(10)), arguments: [RealRegistry.Image.debian, .platforms])
    func digestStays(_ image: RealRegistry.Image) async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { source in
          try await RealRegistry.run(in: dray, named: "other") { target in
            let digest = try await source.push(image, as: "source/app:1")
            let place = "\(target.address)/copy/app:2"
            let command = ["copy", "\(source.address)/source/app:1", place]
            let preview = try await dray.run(command + ["--dry-run"])
            #expect(preview.code == 0 && preview.output.contains("\(place) would point to \(digest)"), "\(preview)")
            let copied = try await dray.run(command)
            #expect(copied.code == 0, "\(copied.errors)")
            #expect(copied.output == "\(place)@\(digest)\n")
            #expect(try await self.digest(place) == digest)

            let before = try await (lines(of: source), lines(of: target))
            let again = try await dray.run(command + ["--no-referrers"])
            #expect(again.code == 0 && again.errors.contains("is already present"), "\(again.errors)")
            #expect(try await requests(of: source, since: before.0) == ["HEAD /v2/source/app/manifests/1"])
            #expect(try await requests(of: target, since: before.1) == ["HEAD /v2/copy/app/manifests/2"])

            // Within one registry nothing is sent.
            let line = try await lines(of: target)
            let inside = try await dray.run(["copy", place, "\(target.address)/prod/app:2", "--json"])
            #expect(inside.code == 0 && inside.output.contains(#""bytesSent":0"#), "\(inside)")
            let seen = try await requests(of: target, since: line)
            #expect(!seen.contains { $0.hasPrefix("PUT") && $0.contains("/blobs/") }, "\(seen)")
            #expect(try await self.digest("\(target.address)/prod/app:2") == digest)
          }
        }
      }
    }

    /// The digest of all that a name of one of skopeo's transports stands for.
    private func digest(at place: String) async throws -> String {
      let sum = try await RealPart.run("sh", ["-c", "skopeo inspect --raw '\(place)' | sha256sum"])
      return "sha256:\(sum.prefix(64))"
    }

    @Test(
      "T426: an image for several platforms goes to the disk and back under its digest; engines run the archive",
      .timeLimit(.minutes(10)))
    func ontoDisk() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let digest = try await registry.push(.platforms, as: "team/app:1")
          let image = "\(registry.address)/team/app:1"
          func file(_ name: String) -> String { dray.folder.appending(name).string }
          for target in ["./app.tar", "./layout/"] {
            let copied = try await dray.run(["copy", image, target])
            #expect(copied.code == 0, "\(copied.errors)")
            #expect(copied.output == "\(image)@\(digest)\n")
            let right = try await dray.run(["verify", target])
            #expect(right.code == 0, "\(right.output)\(right.errors)")
          }
          #expect(try await self.digest(at: "oci-archive:\(file("app.tar"))") == digest)
          #expect(try await self.digest(at: "oci:\(file("layout"))") == digest)

          for kind in [ContainerEngine.Kind.docker, .podman] {
            try await ContainerEngine.run(kind, in: dray) { engine in
              _ = try await engine.load(file("app.tar"))
              #expect(try await engine.run(image) == RealRegistry.Image.platforms.greeting)
            }
          }

          for (source, name) in [("app.tar", "archive"), ("layout", "layout")] {
            let back = try await dray.run(["copy", source, "\(registry.address)/back/\(name):1"])
            #expect(back.code == 0, "\(back.errors)")
            #expect(try await self.digest("\(registry.address)/back/\(name):1") == digest)
          }
          // From one to the other, and out of a pipe.
          let piped = try await dray.shell(
            "$DRAY copy -q layout - | $DRAY copy - ./other.tar 2> /dev/null; cmp app.tar other.tar && echo same")
          #expect(piped == ["\(image)@\(digest)", "same"])
        }
      }
    }

    @Test(
      "T197: two registries, each with a login of its own", .timeLimit(.minutes(10)), arguments: ["basic", "token"])
    func logins(_ kind: String) async throws {
      try await Dray.scene { dray in
        let other = "other:canary two"
        try await RealRegistry.run(
          in: dray, ["--auth", kind, "--user", "\(Self.user):\(Self.password)"]
        ) { source in
          try await RealRegistry.run(in: dray, named: "other", ["--auth", kind, "--user", other]) { target in
            let digest = try await source.push(
              .busybox, as: "llsydn/busybox:1", credentials: "\(Self.user):\(Self.password)")
            let login = try await dray.run(
              ["login", source.address, "--username", Self.user, "--password-stdin", "--plain-http"],
              input: "\(Self.password)\n")
            #expect(login.code == 0, "\(login.errors)")
            let command = [
              "copy", "\(source.address)/llsydn/busybox:1", "\(target.address)/llsydn/busybox:1",
            ]
            let refused = try await dray.run(command)
            #expect(refused.code == 12, "\(refused.errors)")
            let copied = try await dray.run(
              command + ["--username", "other", "--password-stdin"], input: "canary two\n")
            #expect(copied.code == 0, "\(copied.errors)")
            #expect(copied.output.hasSuffix("@\(digest)\n"))
          }
        }
      }
    }
  }
}
