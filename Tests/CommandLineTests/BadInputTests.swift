import ScriptedServer
import Testing

/// What a person sees, and a script gets, when something is wrong: the class on standard error, the exit code, and a
/// folder without a file that could be taken for a result.
@Suite("Bad input at the command line")
struct BadInputTests {
  private let image = ImageFixture(layers: [200_000], seed: 3)

  private func expect(
    _ code: Int, _ name: String, saying words: [String], arguments: [String], rules: (ScriptedServer) -> Void,
    leaves files: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await ScriptedServer.run { server in
      rules(server)
      for (language, label) in [("en", "error"), ("zh", "错误")] {
        try await Dray.scene { dray in
          let ended = try await dray.run(
            ["pull", "\(server.authority)/team/app:1", "--plain-http", "--stall-timeout", "2"] + arguments,
            language: language)
          #expect(ended.code == code, "\(ended.errors)", sourceLocation: sourceLocation)
          #expect(ended.errors.contains("\(label)[\(name)]"), "\(ended.errors)", sourceLocation: sourceLocation)
          #expect(ended.output.isEmpty, sourceLocation: sourceLocation)
          #expect(dray.files == files, sourceLocation: sourceLocation)
          if language == "en" {
            for word in words {
              #expect(ended.errors.contains(word), "\(ended.errors)", sourceLocation: sourceLocation)
            }
          }
        }
      }
    }
  }

  private let manifestPath = "/v2/team/app/manifests/1"

  @Test("unknown host")
  func unknownHost() async throws {
    try await Dray.scene { dray in
      let ended = try await dray.run(["pull", "nosuchhost.invalid/team/app:1"])
      #expect(ended.code == 10)
      #expect(ended.errors.contains("nosuchhost.invalid"))
      #expect(dray.files.isEmpty)
    }
  }

  @Test("refused connection")
  func refusedConnection() async throws {
    try await Dray.scene { dray in
      let ended = try await dray.run(["pull", "127.0.0.1:1/team/app:1", "--plain-http"])
      #expect(ended.code == 10)
      #expect(ended.errors.contains("error[network]"))
      #expect(ended.errors.contains("127.0.0.1:1"))
      #expect(dray.files.isEmpty)
    }
  }

  @Test("401, 403, 404 for the name and for the tag")
  func refusals() async throws {
    let basic = Reply(401, headers: [("WWW-Authenticate", #"Basic realm="r""#)])
    try await expect(12, "auth", saying: ["--username"], arguments: []) { $0.on(manifestPath, reply: basic) }
    let denied = Reply.json(#"{"errors":[{"code":"DENIED","message":"quarantined"}]}"#, status: 403)
    try await expect(12, "auth", saying: ["DENIED: quarantined"], arguments: []) { $0.on(manifestPath, reply: denied) }
    let name = Reply.json(#"{"errors":[{"code":"NAME_UNKNOWN","message":"no team/app"}]}"#, status: 404)
    try await expect(13, "not-found", saying: ["no team/app"], arguments: []) { $0.on(manifestPath, reply: name) }
    let tag = Reply.json(#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"no 1"}]}"#, status: 404)
    try await expect(13, "not-found", saying: ["no 1"], arguments: []) { $0.on(manifestPath, reply: tag) }
  }

  @Test("wrong password: named, tried once, and never shown")
  func wrongPassword() async throws {
    try await ScriptedServer.run { server in
      server.on(manifestPath, reply: Reply(401, headers: [("WWW-Authenticate", #"Basic realm="r""#)]))
      try await Dray.scene { dray in
        let ended = try await dray.run(
          [
            "pull", "\(server.authority)/team/app:1", "--plain-http", "--username", "robot$ci", "--password-stdin",
            "-v",
          ],
          input: "canary-password\n")
        #expect(ended.code == 12)
        #expect(ended.errors.contains("password"))
        #expect(!ended.errors.contains("canary-password"))
        #expect(server.requests.filter { $0.basicCredentials == "robot$ci:canary-password" }.count == 1)
        #expect(dray.files.isEmpty)
      }
    }
  }

  @Test("no such platform: those that there are")
  func noPlatform() async throws {
    let entry =
      String(image.manifest.descriptor.dropLast()) + #","platform":{"os":"linux","architecture":"s390x"}}"#
    let index = #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[\#(entry)]}"#
    let reply = Reply(headers: [("Content-Type", ImageFixture.indexType)], text: index)
    try await expect(
      22, "unsupported", saying: ["linux/s390x"], arguments: ["--platform", "linux/arm64"]
    ) { $0.on(manifestPath, reply: reply) }
  }

  @Test("not JSON, a web page, JSON of another kind")
  func wrongBodies() async throws {
    try await expect(10, "network", saying: [], arguments: []) { $0.on(manifestPath, reply: Reply(text: "hello")) }
    let page = Reply(headers: [("Content-Type", "text/html")], text: "<html>please log in</html>")
    try await expect(10, "network", saying: ["web page"], arguments: []) { $0.on(manifestPath, reply: page) }
    try await expect(22, "unsupported", saying: [], arguments: []) { $0.on(manifestPath, reply: .json(#"{"a":1}"#)) }
  }

  @Test("a digest that does not match; a body that is too long; one that is too short")
  func wrongBlobs() async throws {
    let layer = image.layers[0]
    let blob = "/v2/team/app/blobs/\(layer.digest)"
    let kept = ["app_1.tar.part", "app_1.tar.part.journal"]
    func rules(_ server: ScriptedServer, _ reply: @escaping @Sendable (ReplyBody) -> Reply) {
      server.serveManifest(image.manifest)
      server.serve(image.config)
      server.on(blob) { _ in reply(ReplyBody(layer.bytes)) }
    }
    try await expect(
      20, "integrity", saying: [layer.digest], arguments: [],
      rules: { rules($0) { body in Reply(body: body).with { $0.flippedByte = 7 } } }, leaves: kept)
    try await expect(
      21, "refused", saying: [], arguments: [],
      rules: {
        rules($0) { body in
          let longer = ReplyBody(count: body.count + 1) { offset, count in
            body.bytes(offset..<min(offset + Int64(count), body.count))
              + (offset + Int64(count) > body.count ? [0] : [])
          }
          return Reply(body: longer).with { $0.framing = .chunked }
        }
      }, leaves: kept)
    try await expect(
      20, "integrity", saying: [], arguments: [],
      rules: { rules($0) { body in Reply(body: body.slice(0..<body.count - 1)) } })
  }

  @Test("T036: what is no reference is a usage error with the reference that was meant")
  func references() async throws {
    try await Dray.scene { dray in
      for (text, meant) in [("https://h.example/a:1", "h.example/a:1"), ("docker pull nginx", "nginx")] {
        let ended = try await dray.run(["pull", text])
        #expect(ended.code == 2)
        #expect(ended.errors.contains(meant))
      }
      for text in ["a\nb", "h%0a.example/a", "h h/a", "u@h/a/b@c", "h\\a", "h#a", "h%2f/a", "ｈ.example/a"] {
        let ended = try await dray.run(["pull", text])
        #expect(ended.code == 2, "\(text)")
      }
      #expect(dray.files.isEmpty)
    }
  }

  @Test("T049: an output that cannot be is an error before the first request")
  func outputs() async throws {
    try await ScriptedServer.run { server in
      try await Dray.scene { dray in
        let reference = "\(server.authority)/team/app:1"
        let missing = try await dray.run(["pull", reference, "--plain-http", "-o", "no/such/folder.tar"])
        #expect(missing.code == 30)
        #expect(missing.errors.contains("no/such"))
        let device = try await dray.run(["pull", reference, "--plain-http", "-o", "/dev/null"])
        #expect(device.code == 30)
        #expect(server.requests.isEmpty)
        #expect(dray.files.isEmpty)
      }
    }
  }

  @Test("T049: a folder for several images that is not there is told once, and in JSON for each image")
  func missingFolder() async throws {
    try await ScriptedServer.run { server in
      try await Dray.scene { dray in
        let images = ["\(server.authority)/team/app:1", "\(server.authority)/team/app:2"]
        let ended = try await dray.run(["pull", "--plain-http", "-o", "none/"] + images)
        #expect(ended.code == 30)
        #expect(ended.errors == "error[local-io]: the folder 'none' does not exist\n  hint: create it: mkdir -p none\n")
        let mixed = try await dray.run(["pull", "--plain-http", "-o", "none/", "BAD"] + images)
        #expect(mixed.code == 2)
        #expect(mixed.errors.split(separator: "\n").filter { $0.hasPrefix("error") }.count == 2)
        let json = try await dray.run(["pull", "--plain-http", "--json", "-o", "none/"] + images)
        #expect(json.code == 30)
        let lines = json.output.split(separator: "\n")
        #expect(lines.count == 2)
        for (line, image) in zip(lines, images) {
          #expect(line.contains(#""event":"failed""#) && line.contains(#""image":"\#(image)""#))
        }
        let authority = try await dray.run(["pull", "--plain-http", "--json", "--ca-cert", "none.pem"] + images)
        #expect(authority.output.split(separator: "\n").count == 2)
        #expect(server.requests.isEmpty)
      }
    }
  }

  @Test("T084: what a server writes reaches the terminal without control characters")
  func escapes() async throws {
    let words = #"\u001b[31mred\u001b]8;;http://evil\u0007 \u202e \u0000 \r\n next"#
    let reply = Reply.json(#"{"errors":[{"code":"DENIED","message":"\#(words)"}]}"#, status: 403)
    try await ScriptedServer.run { server in
      server.on(manifestPath, reply: reply)
      try await Dray.scene { dray in
        let ended = try await dray.run(["pull", "\(server.authority)/team/app:1", "--plain-http"])
        #expect(ended.code == 12)
        let isClean = ended.errors.unicodeScalars.allSatisfy { scalar in
          scalar == "\n" || (scalar.value >= 0x20 && scalar.value != 0x7f && scalar != "\u{202e}")
        }
        #expect(isClean)
        #expect(ended.errors.contains("red"))
      }
    }
  }
}
