import Testing

extension RealPartsTests {
  @Suite("Archives that other programs wrote", .serialized)
  struct ForeignArchiveTests {
    @Test(
      "T104: what skopeo, docker save and podman save write is inspected and found right; with a bit changed it is not",
      .timeLimit(.minutes(10)))
    func writers() async throws {
      try await Dray.scene { dray in
        let layout = try await RealPart.image.run(["busybox"])
        func file(_ name: String) -> String { dray.folder.appending(name).string }
        for target in [
          "docker-archive:\(file("skopeo.tar")):team/box:1", "oci-archive:\(file("skopeo.oci.tar")):1",
          "oci:\(file("skopeo.oci")):1",
        ] {
          try await RealPart.run("skopeo", ["--insecure-policy", "copy", "--quiet", "oci:\(layout):latest", target])
        }
        for kind in [ContainerEngine.Kind.docker, .podman] {
          try await ContainerEngine.run(kind, in: dray) { engine in
            _ = try await engine.load(file("skopeo.tar"))
            let name = kind == .docker ? "team/box:1" : "docker.io/team/box:1"
            for ending in kind == .docker ? ["tar"] : ["tar", "oci.tar", "oci"] {
              try await engine.save(name, to: file("\(kind).\(ending)"))
            }
          }
        }
        let names = [
          "skopeo.tar", "skopeo.oci.tar", "skopeo.oci", "docker.tar", "podman.tar", "podman.oci.tar", "podman.oci",
        ]
        for name in names {
          let told = try await dray.run(["inspect", "./\(name)", "--json"])
          #expect(told.code == 0, "\(name): \(told.errors)")
          #expect(told.output.contains(#""command":["sh","-c","echo busybox runs"]"#), "\(name)")
          if !name.hasPrefix("skopeo.oci") { #expect(told.output.contains("team/box:1"), "\(name): \(told.output)") }
          let right = try await dray.run(["verify", "./\(name)"])
          #expect(right.code == 0, "\(name): \(right.output)\(right.errors)")
        }
        for name in names where name.hasSuffix("tar") {
          let lines = try await dray.shell(
            #"""
            byte=$(od -An -tu1 -j 700000 -N 1 $FILE)
            printf "\\x$(printf %x $((byte ^ 1)))" | dd of=$FILE bs=1 seek=700000 conv=notrunc status=none
            $DRAY verify $FILE | grep -c '^fault: '; echo ${PIPESTATUS[0]}
            """#, ["FILE": name])
          #expect(lines == ["1", "6"], "\(name)")
        }
      }
    }
  }
}
