import Testing

extension RealPartsTests {
  @Suite("The forms of an archive in real loaders", .serialized)
  struct FormatTests {
    @Test(
      "Engines load and run the forms that they know", .timeLimit(.minutes(10)),
      arguments: ContainerEngine.Kind.allCases)
    func engines(_ kind: ContainerEngine.Kind) async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          try await ContainerEngine.run(kind, in: dray) { engine in
            var names: [String] = []
            // Docker's classic store does not know the other form. The images share no blob that could be there already.
            let forms = [("docker", RealRegistry.Image.debian)] + (kind == .docker ? [] : [("oci", .next)])
            for (form, image) in forms {
              let name = "\(registry.address)/team/\(image):1.0"
              names.append(name)
              _ = try await registry.push(image, as: "team/\(image):1.0", form: .docker)
              let pulled = try await dray.run(["pull", "--quiet", name, "--format", form, "-o", "\(form).tar"])
              #expect(pulled.code == 0, "\(pulled.errors)")
              _ = try await engine.load(dray.folder.appending("\(form).tar").string)
              #expect(try await engine.images().sorted() == names.sorted())
              #expect(try await engine.run(name) == image.greeting)
            }
          }
        }
      }
    }

    @Test("skopeo reads each form by its name, with the registry's config and digest", .timeLimit(.minutes(10)))
    func skopeo() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let digest = try await registry.push(.debian, as: "team/debian:1.0")
          let image = "\(registry.address)/team/debian:1.0"
          let config = try await RealPart.run(
            "skopeo", ["inspect", "--tls-verify=false", "--config", "--raw", "docker://\(image)"])
          for (form, transport) in [("docker", "docker-archive"), ("oci", "oci-archive")] {
            let pulled = try await dray.run(["pull", image, "--format", form, "-o", "\(form).tar"])
            #expect(pulled.code == 0, "\(pulled.errors)")
            let archive = "\(transport):\(dray.folder.appending("\(form).tar"))"
            #expect(try await RealPart.run("skopeo", ["inspect", "--config", "--raw", archive]) == config)
            let copy = dray.folder.appending("\(form)-copy").string
            try await RealPart.run("skopeo", ["--insecure-policy", "copy", "--quiet", archive, "dir:\(copy)"])
            if form == "oci" {
              #expect(try await RealPart.run("skopeo", ["inspect", "--format", "{{.Digest}}", archive]) == digest)
            }
          }
        }
      }
    }

    @Test("An interrupted pull goes on in another form: only what is missing is fetched", .timeLimit(.minutes(10)))
    func otherForm() async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          _ = try await registry.push(.debian, as: "team/debian:1.0")
          let image = "\(registry.address)/team/debian:1.0"
          let whole = try await dray.run(["pull", image, "--no-reuse", "--format", "docker", "-o", "whole.tar"])
          #expect(whole.code == 0, "\(whole.errors)")
          let lines = try await dray.shell(
            """
            $DRAY pull \(image) --no-reuse --limit-rate 2M -o x.tar 2> /dev/null & journaled $!
            kill -9 $!; wait $! 2> /dev/null
            ls x.tar.part > /dev/null && $DRAY pull \(image) --no-reuse --format docker -o x.tar 2> /dev/null
            cmp x.tar whole.tar && echo equal
            """)
          #expect(lines == ["x.tar", "equal"])
        }
      }
    }
  }
}
