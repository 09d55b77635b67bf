import FoundationEssentials
import SystemPackage
import Testing

extension RealPartsTests {
  @Suite("A delta in an engine", .serialized)
  struct DeltaEngineTests {
    /// An image and the next one on it in a registry, and the first one's archive: `base.tar`.
    private func scene(_ body: (_ dray: Dray, _ base: String, _ next: String) async throws -> Void) async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let (base, next) = ("\(registry.address)/team/app:1.9", "\(registry.address)/team/app:2.0")
          _ = try await registry.push(.busybox, as: "team/app:1.9")
          _ = try await registry.push(.next, as: "team/app:2.0")
          let pulled = try await dray.run(["pull", "--quiet", base, "-o", "base.tar"])
          #expect(pulled.code == 0, "\(pulled.errors)")
          try await body(dray, base, next)
        }
      }
    }

    private func delta(_ dray: Dray, _ next: String, base: String, input: String = "") async throws -> Dray.Ended {
      let pulled = try await dray.run(["pull", next, "--base", base, "-o", "delta.tar"], input: input)
      #expect(pulled.code == 0, "\(pulled.errors)")
      #expect(pulled.errors.contains("This is a delta without 1 layer."), "\(pulled.errors)")
      #expect(try size(dray, "delta.tar") < 20_000)
      return pulled
    }

    private func size(_ dray: Dray, _ name: String) throws -> Int64 { try dray.folder.appending(name).stat().size }

    @Test(
      "An engine that has the base loads the delta and runs the image", .timeLimit(.minutes(10)),
      arguments: ContainerEngine.Kind.allCases)
    func withBase(_ kind: ContainerEngine.Kind) async throws {
      try await scene { dray, base, next in
        let pulled = try await delta(dray, next, base: "base.tar")
        #expect(pulled.errors.contains("\(base)@sha256:"), "\(pulled.errors)")
        try await ContainerEngine.run(kind, in: dray) { engine in
          _ = try await engine.load(dray.folder.appending("base.tar").string)
          _ = try await engine.load(dray.folder.appending("delta.tar").string)
          #expect(try await engine.images().sorted() == [base, next])
          #expect(try await engine.run(next) == RealRegistry.Image.next.greeting)
        }
      }
    }

    @Test(
      "An engine without the base refuses the delta", .timeLimit(.minutes(10)),
      arguments: [ContainerEngine.Kind.docker, .podman, .containerd])
    func withoutBase(_ kind: ContainerEngine.Kind) async throws {
      try await scene { dray, _, next in
        _ = try await delta(dray, next, base: "base.tar")
        try await ContainerEngine.run(kind, in: dray) { engine in
          await #expect(throws: RealPart.Failed.self) {
            _ = try await engine.load(dray.folder.appending("delta.tar").string)
          }
          // containerd keeps the name of an image that it could not unpack.
          let images = try await engine.images()
          #expect(images == (kind == .containerd ? [next] : []))
        }
      }
    }

    @Test("Docker on containerd's store takes a delta without its base, and cannot run it", .timeLimit(.minutes(10)))
    func withoutBaseOnContainerd() async throws {
      try await scene { dray, _, next in
        _ = try await delta(dray, next, base: "base.tar")
        try await ContainerEngine.run(.dockerOnContainerd, in: dray) { engine in
          _ = try await engine.load(dray.folder.appending("delta.tar").string)
          await #expect(throws: RealPart.Failed.self) { try await engine.run(next) }
        }
      }
    }

    @Test(
      "What docker image inspect says of an engine that loaded a docker-archive of old is a base, as file or input",
      .timeLimit(.minutes(10)), arguments: ["base.json", "-"])
    func inspected(_ place: String) async throws {
      try await scene { dray, base, next in
        try await ContainerEngine.run(.docker, in: dray) { engine in
          let old = dray.folder.appending("old.tar").string
          try await RealPart.run(
            "skopeo",
            [
              "--insecure-policy", "copy", "--quiet", "--src-tls-verify=false", "docker://\(base)",
              "docker-archive:\(old):\(base)",
            ])
          _ = try await engine.load(old)
          let list = try await engine.inspect()
          try Data(list.utf8).write(to: URL(filePath: dray.folder.appending("base.json").string))
          let pulled = try await delta(dray, next, base: place, input: place == "-" ? list : "")
          #expect(pulled.errors.contains("warning: the base does not say how its layers are compressed"))
          _ = try await engine.load(dray.folder.appending("delta.tar").string)
          #expect(try await engine.run(next) == RealRegistry.Image.next.greeting)

          // The archive itself is as good a base as the list.
          _ = try await delta(dray, next, base: "old.tar")
        }
      }
    }

    @Test("dray inspect --json of the other side is a base", .timeLimit(.minutes(10)))
    func drayInspect() async throws {
      try await scene { dray, base, next in
        let inspected = try await dray.run(["inspect", "--json", base])
        #expect(inspected.code == 0, "\(inspected.errors)")
        let pulled = try await delta(dray, next, base: "-", input: inspected.output)
        #expect(!pulled.errors.contains("warning: the base"), "\(pulled.errors)")
        try await ContainerEngine.run(.containerd, in: dray) { engine in
          _ = try await engine.load(dray.folder.appending("base.tar").string)
          _ = try await engine.load(dray.folder.appending("delta.tar").string)
          #expect(try await engine.run(next) == RealRegistry.Image.next.greeting)
        }
      }
    }

    @Test("dray merge makes of base and delta the very file of a direct pull", .timeLimit(.minutes(10)))
    func merged() async throws {
      try await scene { dray, base, next in
        _ = try await delta(dray, next, base: base)
        let pulled = try await dray.run(["pull", "--quiet", next, "-o", "direct.tar"])
        #expect(pulled.code == 0, "\(pulled.errors)")
        for archives in [["base.tar", "delta.tar"], ["delta.tar", "base.tar"]] {
          let merged = try await dray.run(["merge"] + archives + ["-o", "full.tar"])
          #expect(merged.code == 0, "\(merged.errors)")
          #expect(merged.output == "full.tar\n")
          try await RealPart.run(
            "cmp", [dray.folder.appending("direct.tar").string, dray.folder.appending("full.tar").string])
        }
        #expect(dray.files.allSatisfy { !$0.contains(".part") })
      }
    }
  }
}
