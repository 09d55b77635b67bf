import ScriptedServer
import Testing

@Suite("dray inspect of an archive")
struct ArchiveInspectTests {
  private static let image = HandmadeArchive.image
  private static let several = HandmadeArchive.layout([
    (HandmadeArchive.image, "docker.io/team/app:1"), (HandmadeArchive.otherImage, "docker.io/library/redis:7"),
  ])

  @Test("Both forms: names, digest, platform, layers with their compression")
  func forms() async throws {
    try await Dray.scene { dray in
      try dray.write(HandmadeArchive.layout().bytes, to: "new.tar")
      try dray.write(HandmadeArchive.docker().bytes, to: "old.tar")
      let new = try await dray.run(["inspect", "new.tar"])
      #expect(new.code == 0, "\(new.errors)")
      for line in [
        "new.tar", "form:          docker and OCI, a tar file", "  team/app:1  \(Self.image.manifest.digest)",
        "image:         team/app:1", "manifest:      \(Self.image.manifest.digest)", "platform:      linux/amd64",
        "     3.0 kB  none     \(Self.image.layers[0].digest)",
      ] {
        #expect(new.output.split(separator: "\n").contains(Substring(line)), "\(line)\n\(new.output)")
      }
      let old = try await dray.run(["inspect", "./old.tar"])
      #expect(old.output.contains("form:          docker, a tar file\n"))
      #expect(old.output.contains("  none     layer1/layer.tar\n"))
      let raw = try await dray.run(["inspect", "new.tar", "--raw"])
      #expect(Array(raw.output.utf8) == Self.image.manifest.bytes)
      for name in ["new.tar", "old.tar"] {
        let config = try await dray.run(["inspect", name, "--config"])
        #expect(Array(config.output.utf8) == Self.image.config.bytes)
      }
      #expect(try await dray.run(["inspect", "old.tar", "--raw"]).code == 22)
    }
  }

  @Test("Of several images one is named: in full, as one types it, or by its digest")
  func several() async throws {
    try await Dray.scene { dray in
      try dray.write(Self.several.bytes, to: "x.tar")
      let list = try await dray.run(["inspect", "x.tar"])
      #expect(list.code == 0)
      #expect(list.output.contains("team/app:1") && list.output.contains("redis:7"))
      #expect(list.output.contains("--image"))
      #expect(!list.output.contains("layers:"))
      for name in ["redis:7", "docker.io/library/redis:7", HandmadeArchive.otherImage.manifest.digest] {
        let one = try await dray.run(["inspect", "x.tar", "--image", name, "--json"])
        #expect(one.code == 0, "\(one.errors)")
        #expect(one.output.contains(#""manifestDigest":"\#(HandmadeArchive.otherImage.manifest.digest)""#))
      }
      let none = try await dray.run(["inspect", "x.tar", "--image", "redis:8"])
      #expect(none.code == 13)
      #expect(none.errors.contains("it holds team/app:1, redis:7"))
      #expect(try await dray.run(["inspect", "x.tar", "--raw"]).code == 2)
      let other = try await dray.run(["inspect", "x.tar", "--image", "redis:7", "--platform", "linux/s390x"])
      #expect(other.code == 22)
    }
  }

  @Test("A layer that is not there is told as missing")
  func missing() async throws {
    try await Dray.scene { dray in
      let name = HandmadeArchive.blobName(Self.image.layers[1])
      try dray.write(HandmadeArchive.layout().without(name).bytes, to: "x.tar")
      let ended = try await dray.run(["inspect", "x.tar"])
      #expect(ended.code == 0)
      #expect(ended.output.contains("1 blob is not in the archive"))
      #expect(ended.output.contains("missing  \(Self.image.layers[1].digest)"))
    }
  }

  @Test("What is no path is a reference, and a folder that is no layout is in nobody's way")
  func references() async throws {
    try await ScriptedServer.run { server in
      server.serve(Self.image)
      try await Dray.scene { dray in
        let lines = try await dray.shell(
          """
          mkdir -p $HOST/team
          $DRAY inspect $HOST/team/app:1 --plain-http | head -2; echo ${PIPESTATUS[0]}
          $DRAY inspect ./nothing 2> errors; echo $?
          $DRAY inspect $HOST/team/app:1 --plain-http --image x 2> errors; echo $?
          """, ["HOST": "\(server.authority)"])
        #expect(lines[0] == "\(server.authority)/team/app:1")
        #expect(lines[1].contains(Self.image.manifest.digest))
        #expect(lines.suffix(3) == ["0", "30", "2"])
      }
    }
  }
}
