import SystemPackage
import Testing

extension RealPartsTests {
  @Suite("Several images, platforms and referrers, from docker-registry", .serialized)
  struct BundleTests {
    @Test(
      "T093: an engine loads a bundle of two registries and runs all of it", .timeLimit(.minutes(10)),
      arguments: ContainerEngine.Kind.allCases)
    func bundle(_ kind: ContainerEngine.Kind) async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          try await RealRegistry.run(in: dray, named: "other") { other in
            _ = try await registry.push(.busybox, as: "team/busybox:1.0")
            _ = try await registry.push(.platforms, as: "team/box:2.0")
            _ = try await other.push(.debian, as: "base/debian:12", form: .docker)
            _ = try await other.push(.busybox, as: "base/busybox:latest")
            let names = [
              "\(registry.address)/team/busybox:1.0", "\(registry.address)/team/box:2.0",
              "\(other.address)/base/debian:12", "\(other.address)/base/busybox:latest",
            ]
            let pulled = try await dray.run(["pull", "--quiet", "-o", "bundle.tar"] + names)
            #expect(pulled.code == 0, "\(pulled.errors)")
            #expect(pulled.output == "bundle.tar\n")
            let archive = dray.folder.appending("bundle.tar").string
            let members = try await RealPart.run("tar", ["--list", "--file", archive]).split(separator: "\n")
            #expect(Set(members).count == members.count, "each blob once")
            // To standard output go the same bytes.
            try await RealPart.run(
              "sh", ["-c", "'\(Dray.path)' pull --quiet \(names.joined(separator: " ")) -o - | cmp - '\(archive)'"])
            try await ContainerEngine.run(kind, in: dray) { engine in
              _ = try await engine.load(archive)
              #expect(try await engine.images().sorted() == names.sorted())
              #expect(try await engine.run(names[0]) == "busybox runs")
              #expect(try await engine.run(names[1]) == "linux/amd64 runs")
              #expect(try await engine.run(names[2]) == "debian runs")
            }
          }
        }
      }
    }

    @Test(
      "T093: an engine loads an index with some and with all of its platforms", .timeLimit(.minutes(10)),
      arguments: ContainerEngine.Kind.allCases,
      [["--all-platforms"], ["--platform", "linux/amd64", "--platform", "linux/arm64"]])
    func platforms(_ kind: ContainerEngine.Kind, _ options: [String]) async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let digest = try await registry.push(.platforms, as: "team/box:1.0")
          let name = "\(registry.address)/team/box:1.0"
          let pulled = try await dray.run(["pull", name, "-o", "box.tar"] + options)
          #expect(pulled.code == 0, "\(pulled.errors)")
          let archive = dray.folder.appending("box.tar").string
          let index = try await RealPart.run("tar", ["--extract", "--to-stdout", "--file", archive, "index.json"])
          #expect(index.contains("\"\(digest)\""), "index.json names what the tag means")
          try await ContainerEngine.run(kind, in: dray) { engine in
            _ = try await engine.load(archive)
            #expect(try await engine.images() == [name])
            #expect(try await engine.run(name) == "linux/amd64 runs")
            if kind == .containerd || kind == .dockerOnContainerd { #expect(try await engine.digest(name) == digest) }
          }
        }
      }
    }

    @Test("a lock brings the same bytes again, also after its tags have moved", .timeLimit(.minutes(10)))
    func lock() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let digest = try await registry.push(.platforms, as: "team/box:1.0")
          _ = try await registry.push(.busybox, as: "team/busybox:1.0")
          let names = ["\(registry.address)/team/box:1.0", "\(registry.address)/team/busybox:1.0"]
          let pulled = try await dray.run(["pull", "-o", "first.tar", "--lock", "images.lock"] + names)
          #expect(pulled.code == 0, "\(pulled.errors)")
          let lock = try await RealPart.run("cat", [dray.folder.appending("images.lock").string])
          #expect(lock.contains("\(names[0])@\(digest) --platform=linux/amd64\n"))
          let moved = try await registry.push(.busybox, as: "team/box:1.0")
          #expect(moved != digest)
          let again = try await dray.run(
            ["pull", "--from-file", "images.lock", "-o", "second.tar", "--no-reuse", "--quiet"])
          #expect(again.code == 0, "\(again.errors)")
          #expect(again.errors.isEmpty, "\(again.errors)")
          try await RealPart.run(
            "cmp", [dray.folder.appending("first.tar").string, dray.folder.appending("second.tar").string])
        }
      }
    }

    @Test("a pattern stands for repositories and tags of the catalog", .timeLimit(.minutes(10)))
    func pattern() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          for tag in ["1.9", "1.10", "2.0", "latest"] {
            _ = try await registry.push(.busybox, as: "team/sub/box:\(tag)")
          }
          _ = try await registry.push(.platforms, as: "team/app:1.0")
          _ = try await registry.push(.busybox, as: "others/app:1.0")
          let pattern = "\(registry.address)/team/*"
          let asked = try await dray.run(["pull", pattern, "-o", "team.tar"])
          #expect(asked.code == 2)
          #expect(asked.errors.contains("--yes"))
          let pulled = try await dray.run([
            "pull", pattern, "--tags", ">=1 <2", "--tags", "newest:1", "--yes", "-o", "team.tar",
          ])
          #expect(pulled.code == 0, "\(pulled.errors)")
          let list = try await RealPart.run(
            "tar", ["--extract", "--to-stdout", "--file", dray.folder.appending("team.tar").string, "manifest.json"])
          #expect(list.contains("\"RepoTags\":[\"\(registry.address)/team/app:1.0\"]"))
          #expect(list.contains("\"RepoTags\":[\"\(registry.address)/team/sub/box:1.10\"]"))
          #expect(!list.contains("others/") && !list.contains(":1.9\"") && !list.contains(":2.0\""))
          let shown = try await dray.run(["pull", pattern, "--dry-run", "-o", "team.tar"])
          #expect(shown.code == 0, "\(shown.errors)")
          #expect(shown.errors.contains("5 images, "), "\(shown.errors)")
        }
      }
    }

    @Test("signatures and lists of contents come along by their tags", .timeLimit(.minutes(10)))
    func referrers() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let digest = try await registry.push(.busybox, as: "team/busybox:1.0")
          let stem = digest.replacing(":", with: "-")
          let artifact = try await attach(to: digest, tag: stem, text: "packages", in: registry, asIndex: true)
          let signature = try await attach(to: digest, tag: "\(stem).sig", text: "signed", in: registry, asIndex: false)
          let name = "\(registry.address)/team/busybox:1.0"
          let pulled = try await dray.run(["pull", name, "--with-referrers", "-o", "box.tar"])
          #expect(pulled.code == 0, "\(pulled.errors)")
          let archive = dray.folder.appending("box.tar").string
          let list = try await RealPart.run("tar", ["--extract", "--to-stdout", "--file", archive, "referrers.json"])
          for digest in [artifact, signature] { #expect(list.contains(digest)) }
          #expect(list.contains("\(stem).sig"))
          let members = try await RealPart.run("tar", ["--list", "--file", archive])
          for digest in [artifact, signature] { #expect(members.contains("blobs/sha256/\(digest.dropFirst(7))")) }
          try await ContainerEngine.run(.docker, in: dray) { engine in
            _ = try await engine.load(archive)
            #expect(try await engine.images() == [name])
            #expect(try await engine.run(name) == "busybox runs")
          }
        }
      }
    }

    /// Pushes an artifact about an image, and gives its digest.
    ///
    /// - Parameter asIndex: whether the tag is that of an index with the artifact in it.
    private func attach(
      to subject: String, tag: String, text: String, in registry: RealRegistry, asIndex: Bool
    ) async throws -> String {
      let script = """
        set -eu
        base=http://\(registry.address)/v2/team/busybox
        blob() {
          location=$(curl -sf -X POST -D - -o /dev/null $base/blobs/uploads/ | tr -d '\\r' | sed -n 's/^Location: //ip')
          digest=sha256:$(printf %s "$1" | sha256sum | cut -d' ' -f1)
          printf %s "$1" | curl -sf -X PUT -H 'Content-Type: application/octet-stream' --data-binary @- \
            "$location&digest=$digest" >/dev/null
          printf '{"mediaType":"%s","digest":"%s","size":%d}' "$2" "$digest" "${#1}"
        }
        manifest() {
          printf %s "$2" | curl -sf -X PUT -H "Content-Type: $3" --data-binary @- $base/manifests/$1 >/dev/null
        }
        type=application/vnd.oci.image.manifest.v1+json
        config=$(blob '{}' application/vnd.oci.empty.v1+json)
        layer=$(blob '\(text)' application/spdx+json)
        text='{"schemaVersion":2,"mediaType":"'$type'","config":'$config',"layers":['$layer']}'
        digest=sha256:$(printf %s "$text" | sha256sum | cut -d' ' -f1)
        if [ \(asIndex) = true ]; then
          manifest $digest "$text" $type
          index=application/vnd.oci.image.index.v1+json
          manifest \(tag) '{"schemaVersion":2,"mediaType":"'$index'","manifests":[{"mediaType":"'$type'","digest":"'$digest'","size":'${#text}'}]}' $index
        else
          manifest \(tag) "$text" $type
        fi
        echo $digest
        """
      return try await RealPart.run("sh", ["-c", script])
    }
  }
}
