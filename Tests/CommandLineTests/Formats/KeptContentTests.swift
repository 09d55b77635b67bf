import ScriptedServer
import Testing

@Suite("What came along with an image, on the command line")
struct KeptContentTests {
  private let image = ImageFixture(layers: [3_000], seed: 41)

  private func artifact(_ type: String) -> ImageFixture {
    let empty = ImageFixture.Blob(mediaType: "application/vnd.oci.empty.v1+json", bytes: Array("{}".utf8))
    let layer = ImageFixture.Blob(mediaType: type, bytes: Array(type.utf8))
    let manifest =
      #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.manifestType)","artifactType":"\#(type)","#
      + #""config":\#(empty.descriptor),"layers":[\#(layer.descriptor)],"subject":\#(image.manifest.descriptor)}"#
    return ImageFixture(
      replacing: ImageFixture(config: empty, layers: [layer]), manifest: Array(manifest.utf8))
  }

  private func serve(_ server: ScriptedServer) -> [ImageFixture] {
    let artifacts = [artifact("application/vnd.cncf.notary.signature"), artifact("application/spdx+json")]
    server.serve(image)
    // Asked once for the tags that hold signatures, where referrers have referrers.
    server.on("/v2/team/app/tags/list", reply: .json(#"{"name":"team/app","tags":["1"]}"#))
    for artifact in artifacts {
      server.serveManifest(artifact.manifest, tag: artifact.manifest.digest)
      server.serveBlobs(artifact)
    }
    for digest in ([image] + artifacts).map(\.manifest.digest) {
      let entries = (digest == image.manifest.digest ? artifacts : []).map { artifact in
        #"{"mediaType":"\#(ImageFixture.manifestType)","digest":"\#(artifact.manifest.digest)","size":\#(artifact.manifest.size),"artifactType":"\#(artifact.layers[0].mediaType)"}"#
      }
      server.on(
        "/v2/team/app/referrers/\(digest)",
        reply: Reply(
          headers: [("Content-Type", ImageFixture.indexType)],
          text:
            #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[\#(entries.joined(separator: ","))]}"#
        ))
      for suffix in [".sig", ".att", ".sbom"] {
        server.on("/v2/team/app/manifests/\(digest.replacing(":", with: "-"))\(suffix)", reply: Reply(404))
      }
    }
    return artifacts
  }

  @Test("inspect tells how many signatures and lists there are; convert keeps them, or says what it leaves out")
  func referrers() async throws {
    try await ScriptedServer.run { server in
      let artifacts = serve(server)
      try await Dray.scene { dray in
        let name = "\(server.authority)/team/app:1"
        let pulled = try await dray.run(["pull", "--plain-http", "--with-referrers", name, "-o", "x.tar"])
        #expect(pulled.code == 0, "\(pulled.errors)")
        let kept = try await dray.run(["convert", "x.tar", "-o", "images", "--format", "layout"])
        #expect(kept.code == 0, "\(kept.errors)")
        #expect(!kept.errors.contains("left out"), "\(kept.errors)")
        for path in ["x.tar", "./images"] {
          let inspected = try await dray.run(["inspect", path])
          #expect(inspected.code == 0, "\(inspected.errors)")
          for line in ["1  application/vnd.cncf.notary.signature", "1  application/spdx+json"] {
            #expect(inspected.output.contains(line), "\(inspected.output)")
          }
          let json = try await dray.run(["inspect", path, "--json"])
          #expect(json.output.contains(#""subject":"\#(image.manifest.digest)""#), "\(json.output)")
        }
        let verified = try await dray.run(["verify", "./images"])
        #expect(verified.code == 0, "\(verified.errors)\(verified.output)")
        for arguments in [["--layers", "gzip"], ["--format", "docker"]] {
          let ended = try await dray.run(["convert", "x.tar", "-o", "y.tar"] + arguments)
          #expect(ended.code == 0, "\(ended.errors)")
          for artifact in artifacts { #expect(ended.errors.contains("left out: \(artifact.manifest.digest)")) }
        }
        let json = try await dray.run(["convert", "x.tar", "-o", "y.tar", "--layers", "gzip", "--json"])
        #expect(json.output.contains(#""artifactsLeftOut":2"#), "\(json.output)")
        #expect(json.output.contains(#""reason":"layers-rewritten""#), "\(json.output)")
        #expect(json.errors.isEmpty, "\(json.errors)")
      }
    }
  }

  @Test("Several images in one layout: each is told by its name there")
  func layoutNames() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      server.serve(ImageFixture(layers: [100], seed: 42), repository: "team/other", tag: "2")
      try await Dray.scene { dray in
        let names = ["\(server.authority)/team/app:1", "\(server.authority)/team/other:2"]
        for layers in [[], ["--layers", "gzip"]] {
          let pulled = try await dray.run(["pull", "--plain-http", "--layout", "images"] + layers + names)
          #expect(pulled.code == 0, "\(pulled.errors)")
          for name in ["oci:images:1", "oci:images:2"] { #expect(pulled.errors.contains(name), "\(pulled.errors)") }
        }
      }
    }
  }

  @Test("A wrong source leaves no layout, and the path of an interrupted pull is not written over")
  func leftAlone() async throws {
    let large = ImageFixture(layers: [6 << 20], seed: 43)
    try await ScriptedServer.run { server in
      server.serve(large)
      try await Dray.scene { dray in
        let wrong = try await dray.run(["convert", "none.tar", "-o", "images", "--format", "layout"])
        #expect(wrong.code == 30, "\(wrong.errors)")
        #expect(dray.files.isEmpty)
        try dray.write(HandmadeArchive.layout().bytes, to: "small.tar")
        let lines = try await dray.shell(
          """
          $DRAY pull -q --plain-http --limit-rate 2M -o x.tar $IMAGE 2> /dev/null &
          until grep -qs '^have' x.tar.part.journal || ! alive $!; do sleep 0.01; done
          kill -9 $!; wait $! 2> /dev/null
          cp x.tar.part kept; cp x.tar.part.journal kept.journal
          $DRAY convert small.tar -o x.tar 2> errors; echo $?; grep -c "x.tar.part" errors
          cmp kept x.tar.part && cmp kept.journal x.tar.part.journal && ls
          """, ["IMAGE": "\(server.authority)/team/app:1"])
        #expect(
          lines == ["2", "1", "errors", "kept", "kept.journal", "small.tar", "x.tar.part", "x.tar.part.journal"])
      }
    }
  }
}
