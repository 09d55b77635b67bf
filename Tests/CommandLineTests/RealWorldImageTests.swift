import FoundationEssentials
import ScriptedServer
import SystemPackage
import Testing

/// Images, names and archives as registries and people have them, through the command.
@Suite("What images of the real world look like")
struct RealWorldImageTests {
  private let image = ImageFixture(layers: [4_000, 3_000], seed: 141)
  private let arm = ImageFixture(layers: [2_000], seed: 142, architecture: "arm64")

  private func pull(
    _ arguments: [String] = [], rules: (ScriptedServer) -> Void,
    check: (Dray, Dray.Ended, ScriptedServer) async throws -> Void
  ) async throws {
    try await ScriptedServer.run { server in
      rules(server)
      try await Dray.scene { dray in
        let ended = try await dray.run(["pull", "\(server.authority)/team/app:1", "--plain-http"] + arguments)
        try await check(dray, ended, server)
      }
    }
  }

  private static func blob(_ type: String, _ text: String) -> ImageFixture.Blob {
    ImageFixture.Blob(mediaType: type, bytes: Array(text.utf8))
  }

  private func index(_ entries: [String]) -> ImageFixture.Blob {
    Self.blob(
      ImageFixture.indexType,
      #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[\#(entries.joined(separator: ","))]}"#)
  }

  private func with(_ blob: ImageFixture.Blob, _ more: String) -> String {
    String(blob.descriptor.dropLast()) + ",\(more)}"
  }

  private static let amd64 = #""platform":{"os":"linux","architecture":"amd64"}"#

  private func manifest(config: String? = nil, layerType: String = ImageFixture.layerType) -> ImageFixture.Blob {
    let layers = image.layers.map { layer in
      #"{"mediaType":"\#(layerType)","digest":"\#(layer.digest)","size":\#(layer.size)}"#
    }
    return Self.blob(
      ImageFixture.manifestType,
      #"{"schemaVersion":2,"config":\#(config ?? image.config.descriptor),"layers":[\#(layers.joined(separator: ","))]}"#
    )
  }

  // MARK: T141

  @Test(
    "T141: an image whose config has an odd type, or none, is pulled, inspected and converted",
    arguments: ["application/octet-stream", "text/html", "", nil])
  func oddConfigTypes(_ type: String?) async throws {
    let config =
      "{" + (type.map { #""mediaType":"\#($0)","# } ?? "")
      + #""digest":"\#(image.config.digest)","size":\#(image.config.size)}"#
    try await pull { server in
      server.serveManifest(manifest(config: config))
      server.serveBlobs(image)
    } check: { dray, ended, server in
      #expect(ended.code == 0, "\(ended.errors)")
      // The config that decided is not asked for once more.
      #expect(server.requests("/v2/team/app/blobs/\(image.config.digest)").count == 1)
      for arguments in [["inspect"], ["convert", "-o", "again.tar"]] {
        let next = try await dray.run([arguments[0], "app_1.tar"] + arguments.dropFirst())
        #expect(next.code == 0, "\(next.errors)")
        if arguments[0] == "inspect" { #expect(next.output.contains("linux/amd64")) }
      }
      #expect(try await dray.run(["inspect", "again.tar"]).output.contains("linux/amd64"))
      let remote = try await dray.run(["inspect", "\(server.authority)/team/app:1", "--plain-http"])
      #expect(remote.output.contains("linux/amd64"), "\(remote.errors)")
    }
  }

  @Test("T141: what has layers of an image and a config of its own is still no image")
  func artifactWithLayers() async throws {
    let config = Self.blob("application/vnd.buildkit.cacheconfig.v0", #"{"layers":[],"records":[]}"#)
    try await pull { server in
      server.serveManifest(manifest(config: config.descriptor))
      server.serve(config)
    } check: { dray, ended, _ in
      #expect(ended.code == 22)
      #expect(ended.errors.contains("application/vnd.buildkit.cacheconfig.v0"), "\(ended.errors)")
      #expect(dray.files.isEmpty)
    }
  }

  @Test("T141: entries of an index that name no platform are told apart by their configs")
  func entriesWithoutPlatform() async throws {
    let document = index([arm.manifest.descriptor, with(image.manifest, #""platform":null"#)])
    let rules: (ScriptedServer) -> Void = { server in
      server.serveManifest(document)
      for each in [image, arm] { server.serve(each, tag: "other") }
    }
    for (platform, wanted) in [("linux/amd64", image), ("linux/arm64", arm)] {
      try await pull(["--platform", platform, "-o", "x.tar"], rules: rules) { dray, ended, server in
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(!ended.errors.contains("the image is for"), "\(ended.errors)")
        let shown = try await dray.run(["inspect", "x.tar"])
        #expect(shown.output.contains(wanted.manifest.digest), "\(shown.output)")
        let digest = try await dray.run(
          ["digest", "\(server.authority)/team/app:1", "--plain-http", "--platform", platform])
        #expect(digest.output == wanted.manifest.digest + "\n", "\(digest.errors)")
      }
    }
    try await pull(["--platform", "linux/s390x"], rules: rules) { dray, ended, _ in
      #expect(ended.code == 22)
      #expect(ended.errors.contains("linux/arm64"), "\(ended.errors)")
      #expect(dray.files.isEmpty)
    }
  }

  @Test("T141: the only entry of an index is not taken where its config is for another machine")
  func onlyEntryWithoutPlatform() async throws {
    let other = ImageFixture(layers: [2_000], seed: 143, architecture: "s390x")
    try await pull { server in
      server.serveManifest(index([other.manifest.descriptor]))
      server.serve(other, tag: "other")
    } check: { dray, ended, _ in
      #expect(ended.code == 22)
      #expect(ended.errors.contains("linux/s390x"), "\(ended.errors)")
    }
  }

  @Test("T141: layers that are null are none")
  func nullLayers() async throws {
    let config = Self.blob(ImageFixture.configType, #"{"os":"linux","architecture":"amd64"}"#)
    try await pull { server in
      server.serveManifest(
        Self.blob(
          ImageFixture.manifestType, #"{"schemaVersion":2,"config":\#(config.descriptor),"layers":null}"#))
      server.serve(config)
    } check: { dray, ended, _ in
      #expect(ended.code == 0, "\(ended.errors)")
      #expect(dray.files == ["app_1.tar"])
    }
  }

  // MARK: T142

  @Test("T142: a SOCI index and images that need features stand first, and the plain image is taken")
  func otherEntriesFirst() async throws {
    let soci = Self.blob(
      ImageFixture.manifestType,
      #"{"schemaVersion":2,"artifactType":"application/vnd.amazon.soci.index.v2+json","config":\#(arm.config.descriptor),"layers":[]}"#
    )
    let document = index([
      with(soci, #""artifactType":"application/vnd.amazon.soci.index.v2+json",\#(Self.amd64)"#),
      with(arm.manifest, #""platform":{"os":"linux","architecture":"amd64","os.features":["erofs"]}"#),
      with(image.manifest, Self.amd64),
    ])
    try await pull(["--platform", "linux/amd64", "-o", "x.tar"]) { server in
      server.serveManifest(document)
      server.serve(image, tag: "other")
    } check: { dray, ended, server in
      #expect(ended.code == 0, "\(ended.errors)")
      #expect(server.requests("/v2/team/app/manifests/\(soci.digest)").isEmpty)
      let shown = try await dray.run(["inspect", "x.tar"])
      #expect(shown.output.contains(image.manifest.digest))
    }
  }

  @Test(
    "T142: an image with encrypted layers, or with EROFS, is carried as it is",
    arguments: ["application/vnd.oci.image.layer.v1.tar+gzip+encrypted", "application/vnd.erofs.layer.v1"])
  func layersAsTheyAre(_ type: String) async throws {
    let document = manifest(layerType: type)
    try await pull { server in
      server.serveManifest(document)
      server.serveBlobs(image)
    } check: { dray, ended, _ in
      #expect(ended.code == 0, "\(ended.errors)")
      let raw = try await dray.run(["inspect", "app_1.tar", "--raw"])
      #expect(Array(raw.output.utf8) == document.bytes)
    }
  }

  // MARK: T143

  @Test(
    "T143: a registry that prefers schema 1 as soon as it is named, or takes OCI's types for it, is asked without",
    arguments: ["distribution.manifest.v1", "manifest.v1"])
  func schema1Preferred(_ mark: String) async throws {
    let old = Reply(
      headers: [("Content-Type", "application/vnd.docker.distribution.manifest.v1+prettyjws")],
      text: #"{"schemaVersion":1,"name":"a","tag":"1","fsLayers":[]}"#)
    let rules: (ScriptedServer) -> Void = { server in
      server.on("GET,HEAD", "/v2/team/app/manifests/1") { request in
        request.values("accept").joined().contains(mark)
          ? old
          : Reply(
            headers: [("Content-Type", ImageFixture.manifestType), ("Docker-Content-Digest", image.manifest.digest)],
            body: image.manifest.body)
      }
      server.serveBlobs(image)
    }
    try await pull(rules: rules) { dray, ended, server in
      #expect(ended.code == 0, "\(ended.errors)")
      #expect(dray.files == ["app_1.tar"])
      let digest = try await dray.run(["digest", "\(server.authority)/team/app:1", "--plain-http"])
      #expect(digest.output == image.manifest.digest + "\n")
    }
  }

  @Test(
    "T143: errors in an answer of status 200 are told in the registry's words",
    arguments: [("DENIED", 12), ("MANIFEST_UNKNOWN", 13), ("UNKNOWN", 10)])
  func errorsWithSuccess(_ code: String, _ exit: Int) async throws {
    let body = #"{"errors":[{"code":"\#(code)","message":"not today"}]}"#
    let rules: (ScriptedServer) -> Void = { server in
      server.on("/v2/team/app/manifests/1", reply: .json(body))
      server.on("/v2/team/app/tags/list", reply: .json(body))
    }
    try await pull(rules: rules) { dray, ended, server in
      #expect(ended.code == exit, "\(ended.errors)")
      #expect(ended.errors.contains("\(code): not today"), "\(ended.errors)")
      #expect(dray.files.isEmpty)
      let tags = try await dray.run(["tags", "\(server.authority)/team/app", "--plain-http"])
      #expect(tags.code == exit)
      #expect(tags.errors.contains("\(code): not today"), "\(tags.errors)")
    }
  }

  @Test(
    "T143: where a list's next page cannot be had, it goes on behind the last tag",
    arguments: ["/registry/v2/team/app/tags/list?last=b", "https://127.0.0.1:1/v2/team/app/tags/list?last=b"])
  func misleadingLink(_ link: String) async throws {
    try await ScriptedServer.run { server in
      @Sendable func page(_ tags: String, link: String? = nil) -> Reply {
        Reply.json(#"{"name":"team/app","tags":[\#(tags)]}"#).with {
          if let link { $0.headers.append(("Link", "<\(link)>; rel=\"next\"")) }
        }
      }
      server.on("/registry/*", reply: Reply(404))
      server.on("/v2/team/app/tags/list") { request in
        switch request.queryValues("last").first {
        case nil: page(#""a","b""#, link: link)
        case "b": page(#""c""#, link: link)
        default: page("")
        }
      }
      try await Dray.scene { dray in
        let ended = try await dray.run(["tags", "\(server.authority)/team/app", "--plain-http"])
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(ended.output == "a\nb\nc\n")
        // The link is tried once at most.
        #expect(server.requests("/registry/v2/team/app/tags/list").count <= 1)
      }
    }
  }

  @Test("T143: a layer that is kept at an http address is not fetched from there, and the address is told")
  func foreignLayerWithoutTLS() async throws {
    let layer =
      #"{"mediaType":"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip","digest":"\#(image.layers[0].digest)","#
      + #""size":\#(image.layers[0].size),"urls":["http://127.0.0.1:1/layers/x?key=canary"]}"#
    let config = Self.blob(ImageFixture.configType, "{}")
    try await pull(["--foreign-layers"]) { server in
      server.serveManifest(
        Self.blob(
          ImageFixture.manifestType, #"{"schemaVersion":2,"config":\#(config.descriptor),"layers":[\#(layer)]}"#))
      server.serve(config)
      server.on("/v2/team/app/blobs/\(image.layers[0].digest)", reply: Reply(404))
    } check: { _, ended, _ in
      #expect(ended.code == 21)
      #expect(ended.errors.contains("'http://127.0.0.1:1/layers/x'"), "\(ended.errors)")
      #expect(ended.errors.contains("from https:// addresses only"), "\(ended.errors)")
      #expect(!ended.errors.contains("canary"))
    }
  }

  // MARK: T144

  @Test("T144: an archive of another image is never replaced, in one command or in several")
  func namesOfFiles() async throws {
    let second = ImageFixture(layers: [1_000], seed: 144)
    try await ScriptedServer.run { server in
      for (repository, image) in [("app", image), ("team/app", second)] {
        server.serve(image, repository: repository)
      }
      let (first, other) = ("\(server.authority)/app:1", "\(server.authority)/team/app:1")
      func check(_ dray: Dray) async throws {
        #expect(dray.files == ["app_1.tar", "team_app_1.tar"])
        for (file, image) in [("app_1.tar", image), ("team_app_1.tar", second)] {
          #expect(try await dray.run(["inspect", file]).output.contains(image.manifest.digest))
        }
      }
      try await Dray.scene { dray in
        for name in [first, other, first, other] {
          let ended = try await dray.run(["pull", name, "--plain-http"])
          #expect(ended.code == 0, "\(ended.errors)")
        }
        try await check(dray)
      }
      try await Dray.scene { dray in
        let ended = try await dray.run(["pull", first, other, "--plain-http"])
        #expect(ended.code == 0, "\(ended.errors)")
        try await check(dray)
      }
    }
  }

  @Test("T144: the same image under another name gets a file of its own, and its own file is replaced")
  func loadedNames() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        for options in [[], ["--as", "x:1"], ["--as", "x:1"], []] {
          let ended = try await dray.run(["pull", "\(server.authority)/team/app:1", "--plain-http"] + options)
          #expect(ended.code == 0, "\(ended.errors)")
        }
        #expect(dray.files == ["app_1.tar", "team_app_1.tar"])
      }
    }
  }

  @Test("T144: a damaged archive and a file of something else are replaced as before")
  func damagedFile() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        try Data("no archive".utf8).write(to: URL(filePath: dray.folder.appending("app_1.tar").string))
        let ended = try await dray.run(["pull", "\(server.authority)/team/app:1", "--plain-http"])
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(dray.files == ["app_1.tar"])
      }
    }
  }

  @Test(
    "T144: a name that promises a compressed file gets a word", arguments: ["x.tar.gz", "x.tgz", "x.tar.ZST", "x.zip"])
  func compressedNames(_ name: String) async throws {
    try await pull(["-o", name]) { server in
      server.serve(image)
    } check: { dray, ended, _ in
      #expect(ended.code == 0, "\(ended.errors)")
      #expect(ended.errors.contains("'\(name)' will be an uncompressed tar file"), "\(ended.errors)")
      #expect(dray.files == [name])
    }
  }
}
