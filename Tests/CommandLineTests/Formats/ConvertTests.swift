import SystemPackage
import Testing

extension RealPartsTests {
  /// For the archives of crane and regctl see ForeignFormTests.
  @Suite("dray convert, between the archives of all tools", .serialized)
  struct ConvertTests {
    /// An archive of each tool of one image, by the tool's name.
    private func archives(_ dray: Dray, of name: String) async throws -> [String: String] {
      func file(_ tool: String) -> String { dray.folder.appending("\(tool).tar").string }
      let pulled = try await dray.run(["pull", "--quiet", name, "-o", "dray.tar"])
      #expect(pulled.code == 0, "\(pulled.errors)")
      try await ContainerEngine.run(.docker, in: dray) { engine in
        _ = try await engine.load(file("dray"))
        try await engine.save(name, to: file("docker"))
      }
      try await ContainerEngine.run(.podman, in: dray) { engine in
        _ = try await engine.load(file("dray"))
        try await engine.save(name, to: file("podman"))
        try await engine.save(name, to: file("podman.oci"))
      }
      let source = "docker://\(name)"
      let skopeo = ["--insecure-policy", "copy", "--quiet", "--src-tls-verify=false", source]
      try await RealPart.run("skopeo", skopeo + ["docker-archive:\(file("skopeo")):\(name)"])
      try await RealPart.run("skopeo", skopeo + ["oci-archive:\(file("skopeo-oci")):1.0"])
      return Dictionary(
        uniqueKeysWithValues: ["dray", "docker", "podman", "podman.oci", "skopeo", "skopeo-oci"].map { ($0, file($0)) })
    }

    @Test("Every archive becomes every form, and skopeo finds the same image in each", .timeLimit(.minutes(15)))
    func everything() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let name = "\(registry.address)/team/busybox:1.0"
          let digest = try await registry.push(.busybox, as: "team/busybox:1.0")
          let config = try await RealPart.run(
            "skopeo", ["inspect", "--tls-verify=false", "--config", "--raw", "docker://\(name)"])
          for (tool, archive) in try await archives(dray, of: name) {
            for (form, transport) in [
              ("docker", "docker-archive"), ("docker+oci", "docker-archive"), ("docker+oci", "oci-archive"),
              ("oci", "oci-archive"), ("layout", "oci"),
            ] {
              let output = dray.folder.appending("converted").string
              let ended = try await dray.run(["convert", archive, "-o", output, "--format", form, "--quiet"])
              #expect(ended.code == 0, "\(tool) to \(form): \(ended.errors)")
              #expect(ended.output == "\(output)\n")
              let found = "\(transport):\(output)"
              let said = try await RealPart.run("skopeo", ["inspect", "--config", "--raw", found])
              // What podman and skopeo write has a config of their own.
              if ["dray", "docker"].contains(tool) { #expect(said == config, "\(tool) to \(form)") }
              if ["dray", "skopeo-oci"].contains(tool), transport.hasPrefix("oci") {
                let known = try await RealPart.run("skopeo", ["inspect", "--format", "{{.Digest}}", found])
                #expect(known == digest, "\(tool) to \(form)")
              }
              let copy = dray.folder.appending("copy").string
              try await RealPart.run("skopeo", ["--insecure-policy", "copy", "--quiet", found, "dir:\(copy)"])
              try await RealPart.run("rm", ["-rf", copy, output])
            }
          }
          #expect(!dray.files.contains { $0.contains("part") || $0.hasPrefix(".") })
        }
      }
    }

    @Test("What was converted from docker save is loaded and run by podman and containerd", .timeLimit(.minutes(10)))
    func run() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let name = "\(registry.address)/team/busybox:1.0"
          _ = try await registry.push(.busybox, as: "team/busybox:1.0")
          let archive = try #require(try await archives(dray, of: name)["docker"])
          let ended = try await dray.run(["convert", archive, "-o", "x.tar", "--format", "oci", "--layers", "gzip"])
          #expect(ended.code == 0, "\(ended.errors)")
          for kind in [ContainerEngine.Kind.podman, .containerd] {
            try await ContainerEngine.run(kind, in: dray) { engine in
              _ = try await engine.load(dray.folder.appending("x.tar").string)
              #expect(try await engine.images() == [name])
              #expect(try await engine.run(name) == "busybox runs")
            }
          }
        }
      }
    }

    @Test("Volumes are converted like one archive, and written", .timeLimit(.minutes(5)))
    func volumes() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let name = "\(registry.address)/team/busybox:1.0"
          _ = try await registry.push(.busybox, as: "team/busybox:1.0")
          let lines = try await dray.shell(
            """
            $DRAY pull -q \(name) -o a.tar
            $DRAY convert -q a.tar -o b.tar --split 256K
            sha256sum -c --quiet b.tar.sha256 && $DRAY convert -q b.tar.001 -o c.tar && cmp a.tar c.tar && echo equal
            rm b.tar.002; $DRAY convert b.tar.001 -o d.tar 2>&1 | grep -c "b.tar.002"; ls | grep -c d.tar
            true
            """)
          #expect(lines == ["a.tar", "b.tar.001", "c.tar", "equal", "1", "0"])
        }
      }
    }
  }
}
