import SystemPackage
import Testing

extension RealPartsTests {
  @Suite("Pulls from docker-registry", .serialized)
  struct PullTests {
    @Test("T001: pulls under other circumstances give equal bytes", .timeLimit(.minutes(10)))
    func equalBytes() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          _ = try await registry.push(.debian, as: "team/debian:1.0", form: .docker)
          let image = "\(registry.address)/team/debian:1.0"
          var other = dray
          other.environment = ["TZ": "Asia/Shanghai", "LC_ALL": "tr_TR.UTF-8"]
          let first = try await dray.run(["pull", image, "-o", "first.tar"])
          let second = try await other.run(["pull", image, "--connections", "1", "-o", "second.tar"], language: "zh")
          #expect(first.code == 0, "\(first.errors)")
          #expect(second.code == 0, "\(second.errors)")
          try await RealPart.run(
            "cmp", [dray.folder.appending("first.tar").string, dray.folder.appending("second.tar").string])
        }
      }
    }

    @Test(
      "Each platform of a list has its own file and image", .timeLimit(.minutes(10)),
      arguments: RealRegistry.Form.allCases)
    func platforms(_ form: RealRegistry.Form) async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          _ = try await registry.push(.platforms, as: "team/box:1.0", form: form)
          let image = "\(registry.address)/team/box:1.0"
          let list = try await RealPart.run("skopeo", ["inspect", "--tls-verify=false", "--raw", "docker://\(image)"])
          for (platform, architecture) in [
            ("linux/amd64", "amd64"), ("linux/arm64", "arm64"), ("linux/arm/v7", "arm"),
          ] {
            let file = "box-\(architecture).tar"
            let pulled = try await dray.run(["pull", "--quiet", image, "--platform", platform, "-o", file])
            #expect(pulled.code == 0, "\(pulled.errors)")
            let archive = dray.folder.appending(file).string
            let said = try await RealPart.run(
              "skopeo", ["inspect", "--format", "{{.Architecture}} {{.Digest}}", "oci-archive:\(archive)"])
            let words = said.split(separator: " ")
            #expect(words.first == Substring(architecture))
            #expect(words.count == 2 && list.contains(words[1]), "\(said)")
            let config = try await RealPart.run(
              "skopeo", ["inspect", "--config", "--raw", "docker-archive:\(archive)"])
            #expect(config.contains("\(platform) runs"))
          }
        }
      }
    }

    @Test("The file is named after the image, and after a foreign platform", .timeLimit(.minutes(10)))
    func namedAfterPlatform() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          _ = try await registry.push(.platforms, as: "team/box:1.0")
          let image = "\(registry.address)/team/box:1.0"
          let pulled = try await dray.run(["pull", "--quiet", image, "--platform", "linux/arm/v7"])
          #expect(pulled.code == 0, "\(pulled.errors)")
          #expect(pulled.output.contains("arm"))
          #expect(dray.files.contains { "\($0)\n" == pulled.output })
        }
      }
    }

    @Test("An image by its digest has no name after loading", .timeLimit(.minutes(10)))
    func byDigest() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let digest = try await registry.push(.busybox, as: "team/busybox:1.0")
          let pulled = try await dray.run(["pull", "--quiet", "\(registry.address)/team/busybox@\(digest)"])
          #expect(pulled.code == 0, "\(pulled.errors)")
          let hexadecimal = digest.drop { $0 != ":" }.dropFirst()
          #expect(pulled.output == "busybox_sha256-\(hexadecimal.prefix(12)).tar\n")
          let file = dray.folder.appending(String(pulled.output.dropLast())).string
          try await ContainerEngine.run(.docker, in: dray) { engine in
            let said = try await engine.load(file)
            #expect(said.contains("Loaded image ID: sha256:"), "\(said)")
          }
        }
      }
    }
  }
}
