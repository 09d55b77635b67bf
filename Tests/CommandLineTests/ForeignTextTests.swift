import ScriptedServer
import Testing

@Suite("Foreign text at the command line")
struct ForeignTextTests {
  /// ESC and CSI, OSC 8, a right-to-left override, CR, NUL.
  private static let evil = #"\u001b[2J\u001b]8;;http://evil\u0007x\u202e\r\u0000"#

  private func expectClean(_ ended: Dray.Ended, _ sourceLocation: SourceLocation = #_sourceLocation) {
    for text in [ended.output, ended.errors] {
      let isClean = text.unicodeScalars.allSatisfy { scalar in
        scalar == "\n" || (scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value) && scalar != "\u{202e}")
      }
      #expect(isClean, "\(text)", sourceLocation: sourceLocation)
    }
  }

  @Test("T084: an annotation is shown escaped, in text and in JSON")
  func annotation() async throws {
    let image = ImageFixture(layers: [100], seed: 84)
    let text =
      String(decoding: image.manifest.bytes, as: UTF8.self).dropLast()
      + #","annotations":{"org.opencontainers.image.title\#(Self.evil)":"title\#(Self.evil)"}}"#
    let manifest = ImageFixture.Blob(mediaType: image.manifest.mediaType, bytes: Array(text.utf8))
    try await ScriptedServer.run { server in
      server.serveBlobs(image)
      server.serveManifest(manifest)
      try await Dray.scene { dray in
        for options in [[], ["--json"]] {
          let ended = try await dray.run(["inspect", "\(server.authority)/team/app:1", "--plain-http"] + options)
          #expect(ended.code == 0, "\(ended.errors)")
          #expect(ended.output.contains("title"), "\(ended.output)")
          expectClean(ended)
        }
        let pulled = try await dray.run(["pull", "-v", "\(server.authority)/team/app:1", "--plain-http"])
        #expect(pulled.code == 0, "\(pulled.errors)")
        expectClean(pulled)
      }
    }
  }

  /// What a header field can hold of it: NUL, CR and LF end it.
  private static let field = "\u{1b}[2J\u{1b}]8;;http://evil\u{7}x\u{202e}"

  @Test(
    "T084: the host that a redirect names is refused or shown escaped",
    arguments: [
      "http://e\(field).example/x", "http://\(field)/x", "//evil\(field)/x", "\(field)", "http://a.invalid/\(field)",
    ])
  func redirect(location: String) async throws {
    let image = ImageFixture(layers: [100], seed: 85)
    try await ScriptedServer.run { server in
      server.serveManifest(image.manifest)
      server.serve(image.config)
      server.on("/v2/team/app/blobs/\(image.layers[0].digest)", reply: Reply(307, headers: [("Location", location)]))
      try await Dray.scene { dray in
        for options in [[], ["--debug"], ["--json", "-v"]] {
          let ended = try await dray.run(
            ["pull", "\(server.authority)/team/app:1", "--plain-http", "--connect-timeout", "2"] + options)
          #expect([10, 21].contains(ended.code), "\(ended.code): \(ended.errors)")
          expectClean(ended)
        }
      }
    }
  }

  @Test("T084: a Content-Type with control characters is shown escaped")
  func contentType() async throws {
    let image = ImageFixture(layers: [100], seed: 86)
    for type in ["text/\(Self.field)", "application/vnd.oci.image.manifest.v1+json; x=\(Self.field)", Self.field] {
      try await ScriptedServer.run { server in
        server.serveBlobs(image)
        server.on(
          "/v2/team/app/manifests/1", reply: Reply(headers: [("Content-Type", type)], body: image.manifest.body))
        try await Dray.scene { dray in
          for command in [["pull", "--debug"], ["inspect", "-v"], ["inspect", "--json"]] {
            expectClean(try await dray.run(command + ["\(server.authority)/team/app:1", "--plain-http"]))
          }
          #expect(!server.requests.isEmpty)
        }
      }
    }
  }

  @Test("T095: a message of 1 MiB is cut; a Warning field of 1 MiB ends the request with the limit's name")
  func longWords() async throws {
    let long = String(repeating: "w", count: 1 << 20)
    try await ScriptedServer.run { server in
      server.on(
        "/v2/long/message/manifests/1",
        reply: .json(#"{"errors":[{"code":"DENIED","message":"begin \#(long)"}]}"#, status: 403))
      server.on(
        "/v2/long/page/manifests/1",
        reply: Reply(403, headers: [("Content-Type", "text/plain")], text: "begin \(long)"))
      server.on(
        "/v2/long/warning/manifests/1", reply: Reply(headers: [("Warning", "299 - \"begin \(long)\"")], text: "{}"))
      try await Dray.scene { dray in
        let message = try await dray.run(["pull", "\(server.authority)/long/message:1", "--plain-http"])
        #expect(message.code == 12)
        #expect(message.errors.utf8.count < 4_096, "\(message.errors.utf8.count)")
        let page = try await dray.run(["pull", "\(server.authority)/long/page:1", "--plain-http"])
        #expect(page.code == 12)
        #expect(page.errors.utf8.count < 4_096, "\(page.errors.utf8.count)")
        let warning = try await dray.run(["pull", "\(server.authority)/long/warning:1", "--plain-http", "-v"])
        #expect(warning.code == 21, "\(warning.errors.prefix(500))")
        #expect(warning.errors.utf8.count < 4_096, "\(warning.errors.utf8.count)")
        #expect(dray.files.isEmpty)
      }
    }
  }

  @Test("T095: a Warning that is as long as a field may be is cut", arguments: [12_000])
  func longWarning(length: Int) async throws {
    let image = ImageFixture(layers: [100], seed: 95)
    try await ScriptedServer.run { server in
      server.serveBlobs(image)
      let text = "begin " + String(repeating: "w", count: length)
      server.on("/v2/team/app/manifests/1") { _ in
        Reply.manifest(image.manifest).with { $0.headers += [("Warning", "299 - \"\(text)\"")] }
      }
      try await Dray.scene { dray in
        let ended = try await dray.run(["pull", "\(server.authority)/team/app:1", "--plain-http"])
        #expect(ended.code == 0, "\(ended.errors.prefix(500))")
        #expect(ended.errors.contains("begin w"))
        let line = try #require(ended.errors.split(separator: "\n").first { $0.contains("begin w") })
        #expect(line.utf8.count <= 4_096 + 100)
        #expect(line.contains("…"), "\(line.suffix(80))")
      }
    }
  }
}
