import Testing

extension RealPartsTests {
  @Suite("A pulled image in an engine", .serialized)
  struct EngineTests {
    @Test(
      "T093: the engine loads the archives and runs them", .timeLimit(.minutes(10)),
      arguments: ContainerEngine.Kind.allCases)
    func loadAndRun(_ kind: ContainerEngine.Kind) async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          try await ContainerEngine.run(kind, in: dray) { engine in
            var names: [String] = []
            for (image, form) in [(RealRegistry.Image.busybox, RealRegistry.Form.oci), (.debian, .docker)] {
              let name = "\(registry.address)/team/\(image):1.0"
              names.append(name)
              let digest = try await registry.push(image, as: "team/\(image):1.0", form: form)

              let pulled = try await dray.run(["pull", "--quiet", name])
              #expect(pulled.code == 0, "\(pulled.errors)")
              #expect(pulled.output == "\(image)_1.0.tar\n")

              _ = try await engine.load(dray.folder.appending("\(image)_1.0.tar").string)
              #expect(try await engine.images().sorted() == names.sorted())
              #expect(try await engine.run(name) == image.greeting)
              // Docker's classic store keeps no manifest.
              if kind != .docker { #expect(try await engine.digest(name) == digest) }
            }
          }
        }
      }
    }

    @Test("An archive on standard output goes into docker load", .timeLimit(.minutes(10)))
    func pipedIntoDocker() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let name = "\(registry.address)/team/busybox:1.0"
          _ = try await registry.push(.busybox, as: "team/busybox:1.0")
          try await ContainerEngine.run(.docker, in: dray) { engine in
            let socket = "unix://\(engine.folder)/docker.sock"
            let said = try await RealPart.run(
              "sh", ["-c", "'\(Dray.path)' pull --quiet '\(name)' -o - | docker --host '\(socket)' load"])
            #expect(said.contains("Loaded image: \(name)"))
            #expect(try await engine.run(name) == "busybox runs")
          }
        }
      }
    }

    @Test("--as gives the image another name", .timeLimit(.minutes(10)))
    func renamed() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          _ = try await registry.push(.busybox, as: "team/busybox:1.0")
          let pulled = try await dray.run(
            ["pull", "\(registry.address)/team/busybox:1.0", "--as", "tools/box:2", "-o", "box.tar"])
          #expect(pulled.code == 0, "\(pulled.errors)")
          try await ContainerEngine.run(.docker, in: dray) { engine in
            _ = try await engine.load(dray.folder.appending("box.tar").string)
            #expect(try await engine.images() == ["tools/box:2"])
          }
        }
      }
    }
  }
}
