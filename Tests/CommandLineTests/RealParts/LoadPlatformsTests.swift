import SystemPackage
import Testing

extension RealPartsTests {
  @Suite("dray load of images for several platforms", .serialized)
  struct LoadPlatformsTests {
    /// An image, and the next one on it for two platforms.
    private struct Scene {
      let dray: Dray
      let engine: ContainerEngine
      let base: String
      let next: String
      /// Of the next one's index.
      let digest: String

      func load(_ archive: String) async throws -> Dray.Ended {
        let loaded = try await dray.run(["load", archive, "--to", engine.kind.engine])
        #expect(loaded.code == 0, "\(loaded.errors)")
        return loaded
      }
    }

    private func scene(
      _ kind: ContainerEngine.Kind, hasOwnSignature: Bool = false, _ body: (Scene) async throws -> Void
    ) async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let (base, next) = ("\(registry.address)/team/app:1.9", "\(registry.address)/team/app:3.0")
          _ = try await registry.push(.busybox, as: "team/app:1.9")
          let digest = try await registry.push(.nextPlatforms, as: "team/app:3.0")
          // As cosign tags a signature. It is an image that the engine has, or one of its own.
          let signature = "team/app:\(digest.replacing(":", with: "-")).sig"
          if hasOwnSignature {
            _ = try await registry.push(.next, as: signature)
          } else {
            try await RealPart.run(
              "skopeo",
              [
                "--insecure-policy", "copy", "--quiet", "--src-tls-verify=false", "--dest-tls-verify=false",
                "docker://\(base)", "docker://\(registry.address)/\(signature)",
              ])
          }
          for options in [
            [base, "-o", "base.tar"], [next, "--all-platforms", "--with-referrers", "-o", "next.tar"],
            [base, "--layout", "images"], [next, "--all-platforms", "--layout", "images"],
          ] {
            let pulled = try await dray.run(["pull", "--quiet", "--no-reuse"] + options)
            #expect(pulled.code == 0, "\(pulled.errors)")
          }
          try await ContainerEngine.run(kind, in: dray) { engine in
            var dray = dray
            dray.environment = try await engine.variables()
            try await body(Scene(dray: dray, engine: engine, base: base, next: next, digest: digest))
          }
        }
      }
    }

    @Test(
      "The engine gets of an index with signatures what it keeps and lacks, and runs the image",
      .timeLimit(.minutes(10)), arguments: ContainerEngine.Kind.allCases)
    func delta(_ kind: ContainerEngine.Kind) async throws {
      try await scene(kind) { scene in
        _ = try await scene.load("base.tar")
        let loaded = try await scene.load("next.tar")
        #expect(loaded.output == "\(scene.next)\n")
        #expect(loaded.errors.contains("; layers already present: 1"), "\(loaded.errors)")
        let keepsReferrers = try await scene.engine.keepsReferrers()
        #expect(
          loaded.errors.contains("Signatures and attestations are not sent") != keepsReferrers, "\(loaded.errors)")
        let keepsAll = kind == .dockerOnContainerd
        #expect(loaded.errors.contains("Only the platform linux/amd64 is sent") != keepsAll, "\(loaded.errors)")
        #expect(!loaded.errors.contains("cannot take a partial archive"), "\(loaded.errors)")
        #expect(try await scene.engine.images().sorted() == [scene.base, scene.next])
        #expect(try await scene.engine.run(scene.next) == RealRegistry.Image.nextPlatforms.greeting)
        if kind != .docker { #expect(try await scene.engine.digest(scene.next) == scene.digest) }
      }
    }

    @Test(
      "A share leaves in the engine what the whole archive leaves there", .timeLimit(.minutes(10)),
      arguments: [ContainerEngine.Kind.containerd, .dockerOnContainerd])
    func sameBlobs(_ kind: ContainerEngine.Kind) async throws {
      var kept: [[String]] = []
      for usesDray in [true, false] {
        try await scene(kind) { scene in
          for archive in ["base.tar", "next.tar"] {
            if usesDray {
              _ = try await scene.load(archive)
            } else {
              _ = try await scene.engine.load(scene.dray.folder.appending(archive).string)
            }
          }
          kept.append(try await scene.engine.blobs().sorted())
        }
      }
      #expect(kept[0] == kept[1])
      #expect(kept[0].count == (kind == .containerd ? 7 : 10))
    }

    @Test(
      "T155: Docker on containerd's store keeps signatures from 29.1 on, and saves them", .timeLimit(.minutes(10)))
    func signatures() async throws {
      try await scene(.dockerOnContainerd, hasOwnSignature: true) { scene in
        let loaded = try await scene.load("next.tar")
        let keeps = try await scene.engine.keepsReferrers()
        #expect(loaded.errors.contains("Signatures and attestations are not sent") != keeps, "\(loaded.errors)")
        // No image of its own, neither with a name nor without.
        #expect(try await scene.engine.images() == [scene.next])
        #expect(try await scene.engine.run(scene.next) == RealRegistry.Image.nextPlatforms.greeting)
        let count = try await scene.engine.blobs().count
        try await scene.engine.save(scene.next, to: scene.dray.folder.appending("saved.tar").string)
        let verified = try await scene.dray.run(["verify", "saved.tar"])
        #expect(verified.code == 0, "\(verified.output)\(verified.errors)")
        // An index, two platforms with a layer of their own and one that they share; the signature's manifest, config and layer.
        #expect(count == (keeps ? 11 : 8))
      }
    }

    @Test(
      "A folder of an image layout with several images and platforms loads, and its names are told",
      .timeLimit(.minutes(10)), arguments: ContainerEngine.Kind.allCases)
    func folder(_ kind: ContainerEngine.Kind) async throws {
      try await scene(kind) { scene in
        let loaded = try await scene.load("images")
        #expect(loaded.output == "\(scene.base)\n\(scene.next)\n")
        #expect(try await scene.engine.images().sorted() == [scene.base, scene.next])
        #expect(try await scene.engine.run(scene.next) == RealRegistry.Image.nextPlatforms.greeting)
        #expect(try await scene.engine.run(scene.base) == RealRegistry.Image.busybox.greeting)
        // Now it has the layers. podman takes no delta of several images, and is sent all.
        let again = try await scene.dray.run(["load", "images", "--to", scene.engine.kind.engine, "--json"])
        #expect(again.code == 0, "\(again.errors)")
        let present = kind == .podman ? 0 : kind == .dockerOnContainerd ? 3 : 2
        #expect(again.output.contains(#""layersPresent":\#(present)"#), "\(again.output)")
      }
    }
  }
}
