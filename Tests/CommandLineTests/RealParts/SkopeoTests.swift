import Testing

extension RealPartsTests {
  @Suite("A pulled image in skopeo", .serialized)
  struct SkopeoTests {
    @Test(
      "T093: skopeo reads the archive in both forms, with the registry's digests", .timeLimit(.minutes(10)),
      arguments: RealRegistry.Form.allCases)
    func inspected(_ form: RealRegistry.Form) async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          // One form with layers of a real size; what the other forms differ in is not their size.
          let digest = try await registry.push(form == .docker ? .debian : .next, as: "team/app:1.0", form: form)
          let image = "\(registry.address)/team/app:1.0"
          let pulled = try await dray.run(["pull", image, "-o", "app.tar"])
          #expect(pulled.code == 0, "\(pulled.errors)")
          let archive = dray.folder.appending("app.tar").string

          let layout = try await skopeo("inspect", "--format", "{{.Digest}}", "oci-archive:\(archive)")
          #expect(layout == digest)
          // A docker-archive has no manifest of the registry's: the config's own bytes are what is the same.
          let config = try await skopeo("inspect", "--config", "--raw", "docker-archive:\(archive)")
          let original = try await skopeo("inspect", "--tls-verify=false", "--config", "--raw", "docker://\(image)")
          #expect(config == original)
          #expect(config.contains("/etc/greeting"))

          // Reads, and checks, every layer.
          for kind in ["docker-archive", "oci-archive"] {
            let copy = dray.folder.appending(kind).string
            try await skopeo("--insecure-policy", "copy", "--quiet", "\(kind):\(archive)", "dir:\(copy)")
            try await RealPart.run("rm", ["-r", copy])
          }
        }
      }
    }

    @Test("An image that was pulled can be pushed anew under the same digest", .timeLimit(.minutes(10)))
    func pushedAnew() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let digest = try await registry.push(.busybox, as: "team/busybox:1.0", form: .docker)
          let pulled = try await dray.run(["pull", "\(registry.address)/team/busybox:1.0", "-o", "box.tar"])
          #expect(pulled.code == 0, "\(pulled.errors)")
          let copy = "docker://\(registry.address)/copy/busybox:1.0"
          try await skopeo(
            "--insecure-policy", "copy", "--quiet", "--dest-tls-verify=false", "--preserve-digests",
            "oci-archive:\(dray.folder.appending("box.tar"))", copy)
          #expect(try await skopeo("inspect", "--tls-verify=false", "--format", "{{.Digest}}", copy) == digest)
        }
      }
    }

    @discardableResult
    private func skopeo(_ arguments: String...) async throws -> String {
      try await RealPart.run("skopeo", arguments)
    }
  }
}
