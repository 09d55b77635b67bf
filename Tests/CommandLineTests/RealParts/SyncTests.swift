import FoundationEssentials
import Testing

extension RealPartsTests {
  @Suite("dray sync", .serialized)
  struct SyncTests {
    private func write(_ text: String, to name: String, _ dray: Dray) throws {
      try Data(text.utf8).write(to: URL(filePath: dray.folder.appending(name).string))
    }

    private func tags(_ repository: String, of registry: RealRegistry) async throws -> [String] {
      let listed = try await RealPart.run(
        "skopeo", ["list-tags", "--tls-verify=false", "docker://\(registry.address)/\(repository)"])
      return try JSONDecoder().decode(Listed.self, from: Data(listed.utf8)).tags.sorted()
    }

    private struct Listed: Decodable {
      let tags: [String]

      private enum CodingKeys: String, CodingKey {
        case tags = "Tags"
      }
    }

    @Test(
      "T294: --prune takes tags from docker-registry, in listed repositories alone, and none after a failure",
      .timeLimit(.minutes(10)))
    func prune() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { source in
          try await RealRegistry.run(in: dray, named: "other") { target in
            let digest = try await source.push(.busybox, as: "team/app:1")
            _ = try await source.push(.busybox, as: "team/lib:1")
            for name in ["mirror/team/app:old", "mirror/team/lib:old", "mirror/foreign:old"] {
              _ = try await target.push(.next, as: name)
            }
            let command = ["sync", "list", "\(target.address)/mirror", "--prune", "--yes"]

            // A repository that cannot be listed, or of which an image fails, keeps what it has.
            try write("\(source.address)/team/app:1\n\(source.address)/team/lib:none\n", to: "list", dray)
            let failed = try await dray.run(command)
            #expect(failed.code != 0)
            #expect(try await tags("mirror/team/lib", of: target) == ["old"])
            #expect(try await tags("mirror/team/app", of: target) == ["1"], "\(failed.errors)")

            _ = try await target.push(.next, as: "mirror/team/app:old")
            try write("\(source.address)/team/app\n\(source.address)/team/missing\n", to: "list", dray)
            let unlisted = try await dray.run(command + ["--tags", "*"])
            #expect(unlisted.code != 0)
            #expect(try await tags("mirror/team/app", of: target) == ["1", "old"], "\(unlisted.errors)")

            // This registry takes tags away with their manifests alone: not where another tag needs that.
            let tagged = try await dray.run(["tag", "\(target.address)/mirror/team/app:1", "same"])
            #expect(tagged.code == 0, "\(tagged.errors)")
            try write("\(source.address)/team/app:1\n", to: "list", dray)
            let planned = try await dray.run(command + ["--dry-run"])
            #expect(planned.code == 0, "\(planned.errors)")
            #expect(try await tags("mirror/team/app", of: target) == ["1", "old", "same"])
            let pruned = try await dray.run(command)
            #expect(pruned.code != 0, "one tag is left: \(pruned.errors)")
            #expect(try await tags("mirror/team/app", of: target) == ["1", "same"], "\(pruned.errors)")
            #expect(try await tags("mirror/foreign", of: target) == ["old"])
            let kept = try await RealPart.run(
              "skopeo",
              [
                "inspect", "--tls-verify=false", "--format", "{{.Digest}}",
                "docker://\(target.address)/mirror/team/app:1",
              ])
            #expect(kept == digest)
          }
        }
      }
    }

    @Test(
      "T295: cert-dir of skopeo's YAML: a private authority and a client's certificate, for that registry alone",
      .timeLimit(.minutes(10)))
    func certificateFolder() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray, ["--client-certificates"]) { source in
          let layout = try await RealPart.image.run(["busybox"])
          try await RealPart.run(
            "skopeo",
            [
              "--insecure-policy", "copy", "--quiet", "--all", "--dest-cert-dir", source.folder.string,
              "--dest-tls-verify=false", "oci:\(layout):latest", "docker://\(source.address)/team/busybox:1.0",
            ])
          _ = try await dray.shell(
            """
            mkdir both authority
            cp registry/ca.pem both/ca.crt; cp registry/ca.pem authority/ca.crt
            cp registry/client.cert registry/client.key both/
            """)
          try await RealRegistry.run(in: dray, named: "other") { target in
            func sync(_ folder: String?) async throws -> Dray.Ended {
              let line = folder.map { "  cert-dir: \(dray.folder.appending($0))\n" } ?? ""
              try write("\(source.address):\n\(line)  images:\n    team/busybox: ['1.0']\n", to: "list.yaml", dray)
              return try await dray.run(["sync", "list.yaml", "\(target.address)/mirror"])
            }
            let unknown = try await sync(nil)
            #expect(unknown.code != 0 && unknown.errors.contains("is not trusted"), "\(unknown.errors)")
            let nobody = try await sync("authority")
            #expect(nobody.code != 0 && nobody.errors.contains("client certificate"), "\(nobody.errors)")
            let synced = try await sync("both")
            #expect(synced.code == 0, "\(synced.errors)")
            #expect(try await tags("mirror/busybox", of: target) == ["1.0"])
          }
          try await RealPart.run("rm", ["-rf", dray.folder.appending("both").string])
        }
      }
    }
  }
}
