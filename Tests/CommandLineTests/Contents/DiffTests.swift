import Testing

extension RealPartsTests {
  @Suite("dray diff", .serialized)
  struct DiffTests {
    private func push(_ dray: Dray, to registry: RealRegistry) async throws -> (layout: String, name: String) {
      let layout = try await RealPart.image.run(["files"])
      let name = "\(registry.address)/team/files"
      for tag in ["latest", "next"] {
        try await RealPart.run(
          "skopeo", ["copy", "--quiet", "--dest-tls-verify=false", "oci:\(layout):\(tag)", "docker://\(name):\(tag)"])
      }
      return (layout, name)
    }

    /// The digests of the blobs that were asked for with GET.
    private func blobsAsked(_ registry: RealRegistry) async throws -> Set<String> {
      let log = try await RealPart.run("cat", [registry.folder.appending("registry.log").string])
      return Set(log.matches(of: /"GET \/v2\/[^" ]*\/blobs\/(sha256:[0-9a-f]{64})/).map { String($0.1) })
    }

    @Test("two archives: layers, settings and files, whoever wrote them", .timeLimit(.minutes(5)))
    func archives() async throws {
      let layout = try await RealPart.image.run(["files"])
      try await Dray.scene { dray in
        _ = try await dray.shell(
          """
          skopeo copy --quiet "oci:$LAYOUT:latest" docker-archive:old.tar:team/files:1
          skopeo copy --quiet "oci:$LAYOUT:next" oci-archive:new.tar:team/files:2
          """, ["LAYOUT": layout])
        let ended = try await dray.run(["diff", "old.tar", "new.tar"])
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(
          ended.output.hasPrefix("layers: 2 shared, 1 only in the first, 1 only in the second\n"), "\(ended.output)")
        #expect(
          ended.output.contains("config:\n  ~ command: cat /etc/app/one -> cat /etc/app/two\n"), "\(ended.output)")
        #expect(
          ended.output.hasSuffix(
            """
            files: 5 added (6 B), 2 changed, 1 removed (0 B)
              ~        4 B  /etc/app/one  (mode)
              +        6 B  /etc/app/three
              ~        5 B  /etc/app/two  (size was 4 B, content)
              +             /opt/old
              +        0 B  /opt/old/x
              +        0 B  /var/cache/app/a
              +        0 B  /var/cache/app/b
              -        0 B  /var/cache/app/c

            """), "\(ended.output)")

        let json = try await dray.run(["diff", "old.tar", "new.tar", "--json"])
        #expect(
          json.output.contains(
            #""aspects":["mode"],"change":"changed","event":"file-difference","new":{"contentDigest":"sha256:"#))
        #expect(json.output.hasSuffix(#"{"complete":true,"event":"difference","same":false}"# + "\n"))

        let same = try await dray.run(["diff", "old.tar", layout, "--image", "latest"])
        #expect(same.code == 13, "old.tar gives another name: \(same.errors)")
        let equal = try await dray.run(["diff", "old.tar", "old.tar"])
        #expect(equal.code == 0 && equal.output == "the images are the same\n")
      }
    }

    @Test(
      "an archive and a reference: of the registry only what the archive lacks is asked for", .timeLimit(.minutes(5)))
    func archiveAndReference() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let (layout, name) = try await push(dray, to: registry)
          _ = try await dray.shell(
            #"skopeo copy --quiet "oci:$LAYOUT:latest" docker-archive:old.tar:team/files:1"#, ["LAYOUT": layout])
          let manifest = try await RealPart.run(
            "skopeo", ["inspect", "--raw", "--tls-verify=false", "docker://\(name):next"])
          let digests = manifest.matches(of: /sha256:[0-9a-f]{64}/).map { String($0.output) }
          #expect(digests.count == 4)
          let before = try await blobsAsked(registry)
          #expect(before.isDisjoint(with: digests[1...]))

          let ended = try await dray.run(["diff", "old.tar", "\(name):next"])
          #expect(ended.code == 0, "\(ended.errors)")
          #expect(ended.output.contains("files: 5 added (6 B), 2 changed, 1 removed (0 B)"), "\(ended.output)")
          #expect(try await blobsAsked(registry).intersection(digests) == [digests[0], digests[3]])
        }
      }
    }

    @Test(
      "two references: shared layers are never asked for, and what they hide is said to be unknown",
      .timeLimit(.minutes(5)))
    func references() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let (_, name) = try await push(dray, to: registry)
          let before = try await blobsAsked(registry)
          let ended = try await dray.run(["diff", "\(name):latest", "\(name):next"])
          #expect(ended.code == 0, "\(ended.errors)")
          // Two configs and the last layer of each.
          #expect(try await blobsAsked(registry).subtracting(before).count == 4)
          for line in [
            "  ~        4 B  /etc/app/one  (mode)", "  +?       6 B  /etc/app/three", "  +?       5 B  /etc/app/two",
            "  +             /opt/old", "  -?       0 B  /var/cache/app/c",
            "  ?             /var/cache/app",
            "?: for 4 paths it is unknown whether the shared layers contain them: those layers were not fetched",
          ] {
            #expect(ended.output.contains(line + "\n"), "\(line)\n\(ended.output)")
          }
          #expect(dray.files.allSatisfy { $0 == "registry" }, "\(dray.files)")
        }
      }
    }
  }
}
