import FoundationEssentials
import SystemPackage
import Testing

extension RealPartsTests {
  @Suite("dray load", .serialized)
  struct LoadTests {
    /// An image and the next one on it, pulled: `base.tar` and `next.tar`.
    private func scene(
      _ kind: ContainerEngine.Kind,
      _ body: (_ dray: Dray, _ engine: ContainerEngine, _ base: String, _ next: String) async throws -> Void
    ) async throws {
      try await Dray.scene { dray in
        try await RealRegistry.run(in: dray) { registry in
          let (base, next) = ("\(registry.address)/team/app:1.9", "\(registry.address)/team/app:2.0")
          _ = try await registry.push(.busybox, as: "team/app:1.9")
          _ = try await registry.push(.next, as: "team/app:2.0")
          for (image, file) in [(base, "base.tar"), (next, "next.tar")] {
            let pulled = try await dray.run(["pull", "--quiet", "--no-reuse", image, "-o", file])
            #expect(pulled.code == 0, "\(pulled.errors)")
          }
          try await ContainerEngine.run(kind, in: dray) { engine in
            var dray = dray
            dray.environment = try await engine.variables()
            try await body(dray, engine, base, next)
          }
        }
      }
    }

    private func load(
      _ dray: Dray, _ archive: String, _ options: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Dray.Ended {
      let loaded = try await dray.run(["load", archive] + options)
      #expect(loaded.code == 0, "\(loaded.errors)", sourceLocation: sourceLocation)
      return loaded
    }

    @Test(
      "The engine gets what it lacks, and runs the image", .timeLimit(.minutes(10)),
      arguments: ContainerEngine.Kind.allCases)
    func delta(_ kind: ContainerEngine.Kind) async throws {
      try await scene(kind) { dray, engine, base, next in
        let options = ["--to", kind.engine]
        let first = try await load(dray, "base.tar", options)
        #expect(first.output == "\(base)\n")
        #expect(!first.errors.contains("already"), "\(first.errors)")
        let second = try await load(dray, "next.tar", options)
        #expect(second.output == "\(next)\n")
        #expect(second.errors.contains("; layers already present: 1"), "\(second.errors)")
        #expect(!second.errors.contains("cannot take a partial archive"), "\(second.errors)")
        #expect(try await engine.images().sorted() == [base, next])
        #expect(try await engine.run(next) == RealRegistry.Image.next.greeting)
      }
    }

    @Test("Without --to it is the engine that answers, by its API or by its command", .timeLimit(.minutes(10)))
    func found() async throws {
      try await scene(.docker) { dray, engine, base, next in
        let socket = try #require(dray.environment["DOCKER_HOST"])
        let loaded = try await load(dray, "base.tar")
        #expect(loaded.errors.contains("Loading into docker at \(socket)"), "\(loaded.errors)")
        // A context says the same.
        var other = dray
        other.environment = ["DOCKER_CONFIG": dray.folder.appending("docker-client").string]
        try await RealPart.run(
          "env",
          [
            "DOCKER_CONFIG=\(dray.folder)/docker-client", "docker", "context", "create", "there", "--docker",
            "host=\(socket)",
          ])
        other.environment["DOCKER_CONTEXT"] = "there"
        let again = try await load(other, "next.tar", ["--json"])
        #expect(again.output.contains(#""engine":"docker""#), "\(again.output)")
        #expect(again.output.contains(#""place":"\#(socket)""#), "\(again.output)")
        #expect(try await engine.run(next) == RealRegistry.Image.next.greeting)
        let byHost = try await load(dray, "base.tar", ["--host", socket])
        #expect(byHost.output == "\(base)\n")
      }
    }

    @Test("podman's socket is used where there is one", .timeLimit(.minutes(10)))
    func podmanSocket() async throws {
      try await scene(.podman) { dray, engine, base, next in
        let socket = try await engine.serve()
        _ = try await load(dray, "base.tar", ["--host", socket])
        let second = try await load(dray, "next.tar", ["--host", socket])
        #expect(second.errors.contains("Loading into podman at \(socket)"), "\(second.errors)")
        #expect(second.errors.contains("; layers already present: 1"), "\(second.errors)")
        #expect(try await engine.run(next) == RealRegistry.Image.next.greeting)
      }
    }

    @Test(
      "A delta loads where its base is, and its base is asked for where it is not", .timeLimit(.minutes(10)),
      arguments: ContainerEngine.Kind.allCases)
    func archivedDelta(_ kind: ContainerEngine.Kind) async throws {
      try await scene(kind) { dray, engine, base, next in
        let pulled = try await dray.run(["pull", "--quiet", next, "--base", "base.tar", "-o", "delta.tar"])
        #expect(pulled.code == 0, "\(pulled.errors)")
        let options = ["--to", kind.engine]
        let refused = try await dray.run(["load", "delta.tar"] + options)
        #expect(refused.code == 20)
        #expect(refused.errors.contains("the engine lacks 1 layer of its base"), "\(refused.errors)")
        #expect(refused.errors.contains("\(base)@sha256:"), "\(refused.errors)")
        let images = try await engine.images()
        #expect(images.isEmpty)
        _ = try await load(dray, "base.tar", options)
        _ = try await load(dray, "delta.tar", options)
        #expect(try await engine.run(next) == RealRegistry.Image.next.greeting)
      }
    }

    @Test("An archive of old goes to the engine as it is, and a layout as an archive", .timeLimit(.minutes(10)))
    func otherForms() async throws {
      try await scene(.docker) { dray, engine, base, next in
        let old = dray.folder.appending("old.tar").string
        let layout = dray.folder.appending("layout").string
        try await RealPart.run(
          "skopeo",
          [
            "--insecure-policy", "copy", "--quiet", "--src-tls-verify=false", "docker://\(base)",
            "docker-archive:\(old):\(base)",
          ])
        try await RealPart.run(
          "skopeo",
          [
            "--insecure-policy", "copy", "--quiet", "--src-tls-verify=false", "docker://\(next)",
            "oci:\(layout):\(next)",
          ])
        let first = try await load(dray, "old.tar")
        #expect(first.output == "\(base)\n")
        let second = try await load(dray, "layout")
        #expect(second.errors.contains("; layers already present: 1"), "\(second.errors)")
        #expect(try await engine.images().sorted() == [base, next])
        #expect(try await engine.run(next) == RealRegistry.Image.next.greeting)
      }
    }

    @Test("An engine that refuses a delta gets the whole archive", .timeLimit(.minutes(10)))
    func fallsBack() async throws {
      try await scene(.podman) { dray, engine, base, next in
        _ = try await load(dray, "base.tar", ["--to", "podman"])
        // Before podman stands something that refuses the first archive.
        let script = #"""
          #!/bin/sh
          if [ "$1" = load ] && [ ! -e refused ]; then
            touch refused; cat > /dev/null; printf 'no \033[31msuch layer\n' >&2; exit 125
          fi
          exec /usr/bin/podman "$@"
          """#
        let folder = dray.folder.appending("before")
        try await RealPart.run("mkdir", [folder.string])
        try Data(script.utf8).write(to: URL(filePath: folder.appending("podman").string))
        try await RealPart.run("chmod", ["755", folder.appending("podman").string])
        var dray = dray
        dray.environment["PATH"] = "\(folder):/usr/bin:/bin"
        let loaded = try await load(dray, "next.tar", ["--to", "podman"])
        #expect(loaded.errors.contains("; layers already present: 1"), "\(loaded.errors)")
        #expect(loaded.errors.contains("The engine cannot take a partial archive (no "), "\(loaded.errors)")
        #expect(!loaded.errors.contains("\u{1B}"), "the engine's words are made safe to show")
        #expect(try await engine.images().sorted() == [base, next])
        #expect(try await engine.run(next) == RealRegistry.Image.next.greeting)
      }
    }

    @Test("A damaged archive ends the load with its class, and an engine that is not there with its own")
    func failures() async throws {
      try await scene(.docker) { dray, engine, _, _ in
        // A byte in the middle of the layer.
        try await RealPart.run(
          "dd",
          [
            "if=/dev/zero", "of=\(dray.folder)/next.tar", "bs=1", "seek=300000", "count=64", "conv=notrunc",
            "status=none",
          ])
        let damaged = try await dray.run(["load", "next.tar"])
        #expect(damaged.code == 20)
        #expect(damaged.errors.contains("'next.tar' has corrupt content for sha256:"), "\(damaged.errors)")
        let images = try await engine.images()
        #expect(images.isEmpty)
        let nowhere = try await dray.run(["load", "base.tar", "--to", "docker", "--host", "unix:///nowhere.sock"])
        #expect(nowhere.code == 30)
        #expect(nowhere.errors.contains("docker does not answer at unix:///nowhere.sock"), "\(nowhere.errors)")
      }
    }

    @Test(
      "T155: a layer that containerd is about to collect is sent", .timeLimit(.minutes(10)),
      arguments: [ContainerEngine.Kind.containerd, .dockerOnContainerd])
    func collected(_ kind: ContainerEngine.Kind) async throws {
      try await scene(kind) { dray, engine, base, next in
        for archive in ["base.tar", "next.tar"] { _ = try await load(dray, archive, ["--to", kind.engine]) }
        // What it alone named is listed on, and may go at any time.
        try await engine.unname(next)
        let loaded = try await load(dray, "next.tar", ["--to", kind.engine])
        #expect(loaded.errors.contains("; layers already present: 1"), "\(loaded.errors)")
        #expect(try await engine.run(next) == RealRegistry.Image.next.greeting)
      }
    }

    @Test(
      "T154: two images of Docker Hub in one archive have its names in every engine, by its own command and by dray load",
      .timeLimit(.minutes(10)), arguments: ContainerEngine.Kind.allCases)
    func hubNames(_ kind: ContainerEngine.Kind) async throws {
      try await scene(kind) { dray, engine, base, next in
        let list = "\(base) --as=docker.io/library/app:1\n\(next) --as=docker.io/team/web:1\n"
        try Data(list.utf8).write(to: URL(filePath: dray.folder.appending("list").string))
        let isDocker = kind.engine == "docker"
        let names = isDocker ? ["app:1", "team/web:1"] : ["docker.io/library/app:1", "docker.io/team/web:1"]
        // Docker on containerd's store keeps what had the name before, without one.
        let images = { try await engine.images().filter { $0 != "<none>:<none>" }.sorted() }
        for form in ["docker+oci", "docker"] {
          let pulled = try await dray.run(["pull", "--quiet", "--from-file", "list", "--format", form, "-o", "two.tar"])
          #expect(pulled.code == 0, "\(pulled.errors)")
          let two = dray.folder.appending("two.tar").string
          _ = try await engine.load(two)
          #expect(try await images() == names, "\(form)")
          let loaded = try await load(dray, "two.tar", ["--to", kind.engine])
          #expect(loaded.output == "app:1\nteam/web:1\n")
          // podman's no to a delta of several images is known before.
          #expect(!loaded.errors.contains("cannot take a partial archive"), "\(loaded.errors)")
          #expect(try await images() == names, "\(form)")
          for name in ["app:1", "docker.io/library/app:1"] {
            try await RealPart.run("skopeo", ["inspect", "--raw", "docker-archive:\(two):\(name)"])
          }
        }
      }
    }

    @Test(
      "T156: podman behind Docker's variable is told, and loads as podman", .timeLimit(.minutes(10)))
    func podmanAsDocker() async throws {
      try await scene(.podman) { dray, engine, base, next in
        let socket = try await engine.serve()
        var dray = dray
        dray.environment["DOCKER_HOST"] = socket
        for options in [[], ["--to", "docker"]] {
          let loaded = try await load(dray, "next.tar", options)
          #expect(loaded.errors.contains("Loading into podman at \(socket)"), "\(loaded.errors)")
        }
        #expect(try await engine.images() == [next])
      }
    }

    @Test("Over ssh the other machine's engine is asked and loads", .timeLimit(.minutes(10)))
    func ssh() async throws {
      try await scene(.docker) { dray, engine, base, next in
        try await RealSSH.run(in: dray) { server in
          var dray = dray
          dray.environment = server.variables
          try await server.set(["DOCKER_HOST": "unix://\(engine.folder)/docker.sock"])
          for options in [["--to", "docker"], []] {
            let loaded = try await load(
              dray, options.isEmpty ? "next.tar" : "base.tar", options + ["--host", server.address])
            #expect(loaded.errors.contains("Loading into docker at \(server.address)"), "\(loaded.errors)")
            #expect(loaded.errors.contains("layers already present: 1") == options.isEmpty, "\(loaded.errors)")
          }
          #expect(try await engine.run(next) == RealRegistry.Image.next.greeting)
          #expect(try await engine.images().sorted() == [base, next])
          let nobody = try await dray.run(["load", "base.tar", "--to", "podman", "--host", "ssh://nobody@127.0.0.1:1"])
          #expect(nobody.code == 10)
          #expect(nobody.errors.contains("podman does not answer at ssh://nobody@127.0.0.1:1"), "\(nobody.errors)")
        }
      }
    }
  }
}
