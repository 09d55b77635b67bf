import ScriptedServer
import Testing

@Suite("dray digest and dray inspect")
struct InspectTests {
  private static let foreign = "\\u001b[2J\\u001b]8;;http://evil.test\\u0007\\u202e\\r\\u0000x"

  private static func image(_ architecture: String, foreign: String = "", seed: UInt64) -> ImageFixture {
    let layer = ImageFixture.Blob(
      mediaType: ImageFixture.layerType, bytes: ImageFixture.noise(50_000, seed: seed))
    let config = """
      {"architecture":"\(architecture)","os":"linux","created":"2026-03-01T09:00:00Z","config":{"User":"app",\
      "ExposedPorts":{"80/tcp":{}},"Env":["PATH=/bin","X=\(foreign)"],"Entrypoint":["/entry"],"Cmd":["serve","-v"],\
      "Volumes":{"/data":{}},"WorkingDir":"/srv","Labels":{"maintainer":"me\(foreign)"}},\
      "rootfs":{"type":"layers","diff_ids":["\(layer.digest)"]},\
      "history":[{"created":"2026-03-01T09:00:00Z","created_by":"COPY app /\(foreign)"}]}
      """
    return ImageFixture(
      config: .init(mediaType: ImageFixture.configType, bytes: Array(config.utf8)), layers: [layer])
  }

  private static func index(_ images: [(ImageFixture, String)]) -> ImageFixture.Blob {
    let entries = images.map { image, architecture in
      #"{"mediaType":"\#(ImageFixture.manifestType)","digest":"\#(image.manifest.digest)","size":\#(image.manifest.size),"platform":{"os":"linux","architecture":"\#(architecture)"}}"#
    }
    let attestation =
      #"{"mediaType":"\#(ImageFixture.manifestType)","digest":"sha256:\#(String(repeating: "9", count: 64))","size":9,"platform":{"os":"unknown","architecture":"unknown"}}"#
    let text = """
      {"schemaVersion":2,"mediaType":"\(ImageFixture.indexType)","manifests":[\((entries + [attestation]).joined(separator: ","))]}
      """
    return .init(mediaType: ImageFixture.indexType, bytes: Array(text.utf8))
  }

  private let one = image("amd64", seed: 1)
  private let other = image("arm64", seed: 2)

  private func serveIndex(_ server: ScriptedServer) -> ImageFixture.Blob {
    let index = Self.index([(one, "amd64"), (other, "arm64")])
    server.serveManifest(index)
    for image in [one, other] {
      server.on("/v2/team/app/manifests/\(image.manifest.digest)", reply: .manifest(image.manifest))
      server.on("/v2/team/app/blobs/\(image.config.digest)", reply: Reply(body: image.config.body))
    }
    return index
  }

  @Test("A digest is one HEAD")
  func digest() async throws {
    try await ScriptedServer.run { server in
      let index = serveIndex(server)
      try await Dray.scene { dray in
        let ended = try await dray.run(["digest", "\(server.authority)/team/app:1", "--plain-http"])
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(ended.output == "\(index.digest)\n")
        #expect(server.requests.map(\.summary) == ["HEAD /v2/team/app/manifests/1"])
        let json = try await dray.run(["digest", "\(server.authority)/team/app:1", "--plain-http", "--json"])
        #expect(
          json.output
            == #"{"digest":"\#(index.digest)","event":"digest","reference":"\#(server.authority)/team/app:1"}"# + "\n")
      }
    }
  }

  @Test("A HEAD wants the login too, as GitHub and GitLab have it: one challenge, one token, one digest")
  func digestWithLogin() async throws {
    try await ScriptedServer.run { server in
      let challenge = #"Bearer realm="\#(server.origin)/token",service="s",scope="repository:team/app:pull""#
      server.on("HEAD", "/v2/team/app/manifests/1", where: { $0.bearerToken != "t" }) { _ in
        Reply(401, headers: [("WWW-Authenticate", challenge)])
      }
      server.giveTokens(at: "/token") { $0.basicCredentials == "me:a-token" ? .token("t") : Reply(403) }
      let index = serveIndex(server)
      try await Dray.scene { scene in
        var dray = scene
        dray.environment["DRAY_USERNAME"] = "me"
        dray.environment["DRAY_PASSWORD"] = "a-token"
        let ended = try await dray.run(["digest", "\(server.authority)/team/app:1", "--plain-http"])
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(ended.output == "\(index.digest)\n")
        #expect(server.requests.map(\.method) == ["HEAD", "GET", "HEAD"])
      }
    }
  }

  @Test("Where HEAD does not help, a GET does", arguments: [405, 404, 403, 500, 200])
  func digestWithoutHead(status: Int) async throws {
    try await ScriptedServer.run { server in
      server.on("HEAD", "/v2/team/app/manifests/1", reply: Reply(status))
      server.on("/v2/team/app/manifests/1") { _ in
        Reply(headers: [("Content-Type", one.manifest.mediaType)], body: one.manifest.body)
      }
      try await Dray.scene { dray in
        let ended = try await dray.run(["digest", "\(server.authority)/team/app:1", "--plain-http"])
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(ended.output == "\(one.manifest.digest)\n")
      }
    }
  }

  @Test("REGISTRIES 5.17: after a HEAD that a policy refuses, a GET brings the words")
  func policy() async throws {
    try await ScriptedServer.run { server in
      server.on("HEAD", "/v2/team/app/manifests/1", reply: Reply(412))
      server.on(
        "/v2/team/app/manifests/1",
        reply: .registryError(412, "PROJECTPOLICYVIOLATION", "current image with 3 vulnerabilities cannot be pulled"))
      try await Dray.scene { dray in
        let ended = try await dray.run(["digest", "\(server.authority)/team/app:1", "--plain-http"])
        #expect(ended.code == 12)
        #expect(ended.output.isEmpty)
        #expect(
          ended.errors.contains(
            "the server says: PROJECTPOLICYVIOLATION: current image with 3 vulnerabilities cannot be pulled"))
        #expect(ended.errors.contains("request: GET \(server.origin)/v2/team/app/manifests/1"))
      }
    }
  }

  @Test(
    "T072: what is asked of one platform has no answer where the image without an index is for another",
    arguments: [["digest"], ["inspect"], ["inspect", "--raw"], ["inspect", "--config"]])
  func otherPlatform(command: [String]) async throws {
    try await ScriptedServer.run { server in
      server.serveManifest(one.manifest)
      server.serve(one.config)
      try await Dray.scene { dray in
        let question = command + ["\(server.authority)/team/app:1", "--plain-http", "--platform"]
        let ended = try await dray.run(question + ["linux/arm64"])
        #expect(ended.code == 22, "\(ended.errors)")
        #expect(ended.output.isEmpty)
        #expect(ended.errors.contains("no image for linux/arm64; it has linux/amd64"), "\(ended.errors)")
        let right = try await dray.run(question + ["linux/amd64"])
        #expect(right.code == 0, "\(right.errors)")
        #expect(!right.output.isEmpty)
      }
    }
  }

  @Test("The digest of one platform needs the index alone")
  func digestOfPlatform() async throws {
    try await ScriptedServer.run { server in
      _ = serveIndex(server)
      try await Dray.scene { dray in
        let ended = try await dray.run(
          ["digest", "\(server.authority)/team/app:1", "--plain-http", "--platform", "linux/arm64"])
        #expect(ended.output == "\(other.manifest.digest)\n")
        #expect(server.requests.map(\.summary) == ["GET /v2/team/app/manifests/1"])
        let none = try await dray.run(
          ["digest", "\(server.authority)/team/app:1", "--plain-http", "--platform", "linux/s390x", "--json"])
        #expect(none.code == 22)
        #expect(none.output.contains(#""class":"unsupported""#))
        #expect(none.errors.isEmpty)
      }
    }
  }

  @Test("An image is shown without a layer: the index, its manifests, one config")
  func inspect() async throws {
    try await ScriptedServer.run { server in
      let index = serveIndex(server)
      try await Dray.scene { dray in
        let name = "\(server.authority)/team/app:1"
        let ended = try await dray.run(["inspect", name, "--plain-http", "--platform", "linux/amd64"])
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(server.requests.count == 4)
        #expect(!server.requests.contains { $0.path.contains(one.layers[0].digest) })
        let size = "50.5 kB"
        for line in [
          name, "digest:        \(index.digest)", "  linux/amd64        \(size)  \(one.manifest.digest)",
          "  linux/arm64        \(size)  \(other.manifest.digest)", "manifest:      \(one.manifest.digest)",
          "platform:      linux/amd64", "created:       2026-03-01T09:00:00Z", "user:          app",
          #"entrypoint:    ["/entry"]"#, #"command:       ["serve", "-v"]"#, "ports:         80/tcp",
          "volumes:       /data", "  PATH=/bin", "  maintainer=me", "    50.0 kB  \(one.layers[0].digest)",
          "  2026-03-01  COPY app /",
        ] {
          #expect(ended.output.split(separator: "\n").contains(Substring(line)), "\(line)\n\(ended.output)")
        }
        #expect(!ended.output.contains("unknown"))

        let json = try await dray.run(["inspect", name, "--plain-http", "--platform", "linux/arm64", "--json"])
        #expect(json.output.split(separator: "\n").count == 1)
        #expect(json.output.contains(#""manifestDigest":"\#(other.manifest.digest)""#))
        #expect(json.output.contains(#""entrypoint":["/entry"]"#))
      }
    }
  }

  @Test("--raw and --config are the registry's own bytes")
  func bytes() async throws {
    try await ScriptedServer.run { server in
      let index = serveIndex(server)
      try await Dray.scene { dray in
        let name = "\(server.authority)/team/app:1"
        let raw = try await dray.run(["inspect", name, "--plain-http", "--raw"])
        #expect(Array(raw.output.utf8) == index.bytes)
        #expect(server.requests.count == 1)
        let manifest = try await dray.run(["inspect", name, "--plain-http", "--raw", "--platform", "linux/arm64"])
        #expect(Array(manifest.output.utf8) == other.manifest.bytes)
        let config = try await dray.run(["inspect", name, "--plain-http", "--config", "--platform", "linux/arm64"])
        #expect(Array(config.output.utf8) == other.config.bytes)
        let both = try await dray.run(["inspect", name, "--raw", "--json"])
        #expect(both.code == 2)
      }
    }
  }

  @Test("T084: what is foreign in an image is shown on one line, without a character that a terminal acts on")
  func foreignText() async throws {
    let image = Self.image("amd64", foreign: Self.foreign, seed: 4)
    try await ScriptedServer.run { server in
      server.serve(image)
      try await Dray.scene { dray in
        for options in [[], ["--json"]] {
          let ended = try await dray.run(["inspect", "\(server.authority)/team/app:1", "--plain-http"] + options)
          #expect(ended.code == 0, "\(ended.errors)")
          for scalar in ["\u{1b}", "\u{7}", "\u{202e}", "\r", "\u{0}"] {
            #expect(!ended.output.contains(scalar), "\(options)")
          }
        }
        let text = try await dray.run(["inspect", "\(server.authority)/team/app:1", "--plain-http"])
        #expect(text.output.contains(#"X=\u{1B}[2J"#))
      }
    }
  }

  @Test("An artifact that is no image is named, and its config is not fetched")
  func artifact() async throws {
    let chart = ImageFixture.Blob(
      mediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip", bytes: ImageFixture.noise(900, seed: 3))
    let fixture = ImageFixture(
      config: .init(mediaType: "application/vnd.cncf.helm.config.v1+json", bytes: Array("{}".utf8)), layers: [chart])
    try await ScriptedServer.run { server in
      server.serveManifest(fixture.manifest)
      try await Dray.scene { dray in
        let ended = try await dray.run(["inspect", "\(server.authority)/team/app:1", "--plain-http"])
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(ended.output.contains("not an image:  a Helm chart"))
        #expect(ended.output.contains(chart.digest))
        #expect(server.requests.count == 1)
      }
    }
  }

  @Test("T095: warnings of the registry are shown once, and no more than 4,096 bytes of them")
  func warnings() async throws {
    let texts = (0..<1_000).map { #"299 - "note \#($0 % 500) \#(String(repeating: "w", count: 60))""# }
    // The parser takes 256 fields of one answer, so several stand in each.
    let lines = stride(from: 0, to: texts.count, by: 50).map { texts[$0..<$0 + 50].joined(separator: ", ") }
    try await ScriptedServer.run { server in
      server.serveBlobs(one)
      server.on("/v2/team/app/manifests/1") { _ in
        Reply.manifest(one.manifest).with { reply in
          reply.headers += (["299 - \"old\\u001b\"", "110 - \"stale\""] + lines).map { ("Warning", $0) }
        }
      }
      try await Dray.scene { dray in
        let ended = try await dray.run(["inspect", "\(server.authority)/team/app:1", "--plain-http"])
        #expect(ended.code == 0, "\(ended.errors.suffix(300))")
        let lines = ended.errors.split(separator: "\n").filter { $0.hasPrefix("warning: ") }
        #expect(lines.count { $0.contains("note 7 ") } == 1)
        #expect(!ended.errors.contains("stale"))
        #expect(lines.count > 40)
        #expect(lines.reduce(0) { $0 + $1.utf8.count } < 4_096 + lines.count * 80)
      }
    }
  }
}
