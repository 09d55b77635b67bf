import Testing

extension RealPartsTests {
  @Suite("--layers", .serialized)
  struct LayerFormTests {
    /// Pushes busybox with a layer in zstd.
    private func pushZstd(_ dray: Dray, _ registry: RealRegistry) async throws -> String {
      let name = "\(registry.address)/team/busybox:zstd"
      let layout = try await RealPart.image.run(["busybox"])
      try await RealPart.run(
        "skopeo",
        [
          "--insecure-policy", "copy", "--quiet", "--dest-tls-verify=false", "--dest-compress-format", "zstd",
          "--dest-compress", "oci:\(layout):latest", "docker://\(name)",
        ])
      let manifest = try await RealPart.run("skopeo", ["inspect", "--tls-verify=false", "--raw", "docker://\(name)"])
      try #require(manifest.contains("zstd"))
      return name
    }

    @Test(
      "Docker 20.10 runs an image in zstd once its layers are in gzip or plain, and not before",
      .timeLimit(.minutes(10)))
    func oldDocker() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let name = try await pushZstd(dray, registry)
          let asIs = try await dray.run(["pull", name, "-o", "zstd.tar"])
          #expect(asIs.code == 0, "\(asIs.errors)")
          #expect(asIs.errors.contains("--layers gzip"), "\(asIs.errors)")
          try await ContainerEngine.run(.docker, in: dray) { engine in
            await #expect(throws: RealPart.Failed.self) {
              try await engine.load(dray.folder.appending("zstd.tar").string)
            }
          }
          for layers in ["gzip", "plain"] {
            let file = "\(layers).tar"
            let pulled = try await dray.run(["pull", name, "--layers", layers, "--format", "docker", "-o", file])
            #expect(pulled.code == 0, "\(pulled.errors)")
            #expect(pulled.errors.contains("image digest has changed"), "\(pulled.errors)")
            #expect(pulled.output == "\(file)\n")
            let converted = try await dray.run(
              ["convert", "zstd.tar", "--layers", layers, "--format", "docker", "-o", "converted.tar"])
            #expect(converted.code == 0, "\(converted.errors)")
            // The same bytes whenever and however it is made.
            _ = try await dray.shell("cmp \(file) converted.tar")
            try await ContainerEngine.run(.docker, in: dray) { engine in
              _ = try await engine.load(dray.folder.appending(file).string)
              #expect(try await engine.images() == [name])
              #expect(try await engine.run(name) == "busybox runs")
            }
          }
          #expect(!dray.files.contains { $0.hasPrefix(".") })
        }
      }
    }

    @Test("Layers that are in gzip already stay as they are, and so does the digest", .timeLimit(.minutes(5)))
    func unchanged() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let name = "\(registry.address)/team/busybox:1.0"
          _ = try await registry.push(.busybox, as: "team/busybox:1.0")
          let lines = try await dray.shell(
            """
            $DRAY pull -q \(name) -o a.tar; $DRAY pull -q \(name) --layers gzip --no-reuse -o b.tar
            cmp a.tar b.tar && echo equal
            """)
          #expect(lines == ["a.tar", "b.tar", "equal"])
        }
      }
    }

    @Test("In a layout, skopeo and umoci read what was pulled and rewritten", .timeLimit(.minutes(10)))
    func layout() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let zstd = try await pushZstd(dray, registry)
          _ = try await registry.push(.busybox, as: "team/busybox:1.0")
          let gzip = "\(registry.address)/team/busybox:1.0"
          for (name, options) in [(gzip, []), (zstd, ["--layers", "gzip"])] {
            let pulled = try await dray.run(["pull", name, "--layout", "images"] + options)
            #expect(pulled.code == 0, "\(pulled.errors)")
          }
          let images = dray.folder.appending("images").string
          for tag in ["1.0", "zstd"] {
            let copy = dray.folder.appending("copy").string
            try await RealPart.run(
              "skopeo", ["--insecure-policy", "copy", "--quiet", "oci:\(images):\(tag)", "dir:\(copy)"])
            try await RealPart.run("umoci", ["unpack", "--rootless", "--image", "\(images):\(tag)", copy + "-root"])
            #expect(try await RealPart.run("ls", [copy + "-root/rootfs/bin/busybox"]).hasSuffix("busybox"))
            try await RealPart.run("rm", ["-rf", copy, copy + "-root"])
          }
        }
      }
    }
  }
}
