import ScriptedServer
import Testing

@Suite("dray tags")
struct TagsTests {
  private static let path = "/v2/team/app/tags/list"

  private static func page(_ tags: [String], link: String? = nil) -> Reply {
    let list = tags.map { "\"\($0)\"" }.joined(separator: ",")
    return Reply.json(#"{"name":"team/app","tags":[\#(list)]}"#).with {
      if let link { $0.headers.append(("Link", link)) }
    }
  }

  private func tags(
    _ server: ScriptedServer, _ options: [String] = [], _ body: (Dray.Ended) async throws -> Void
  ) async throws {
    try await Dray.scene { dray in
      try await body(try await dray.run(["tags", "\(server.authority)/team/app", "--plain-http"] + options))
    }
  }

  @Test("Tags stand in the order of versions, one a line")
  func order() async throws {
    try await ScriptedServer.run { server in
      server.on(Self.path, reply: Self.page(["1.10", "latest", "2.0", "1.9", "2.0-rc1", "1.9-alpine", "v3"]))
      try await tags(server) { ended in
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(ended.output == "latest\n1.9\n1.9-alpine\n1.10\n2.0-rc1\n2.0\nv3\n")
      }
      try await tags(server, ["--json"]) { ended in
        #expect(
          ended.output
            == #"{"event":"tags","repository":"\#(server.authority)/team/app","tags":["latest","1.9","1.9-alpine","1.10","2.0-rc1","2.0","v3"]}"#
            + "\n")
      }
    }
  }

  @Test("Pages follow by Link, relative and absolute")
  func links() async throws {
    try await ScriptedServer.run { server in
      server.add(
        Rule("GET", Self.path, Self.page(["1"], link: #"</v2/team/app/tags/list?n=1000&last=1>; rel="next""#))
          .query("n", "1000").once.required,
        Rule("GET", Self.path) { _ in
          Self.page(["2"], link: "<\(server.origin)/v2/team/app/tags/list?last=2&n=1000>; rel=next")
        }.query("last", "1").once.required,
        Rule("GET", Self.path, Self.page(["3"], link: "<>; rel=next")).query("last", "2").once.required)
      try await tags(server) { ended in
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(ended.output == "1\n2\n3\n")
      }
    }
  }

  @Test("Where a full page names no next one, the last tag asks for it")
  func last() async throws {
    let many = (1...1_000).map { "t\($0)" }
    try await ScriptedServer.run { server in
      server.add(
        Rule("GET", Self.path, Self.page(many)).when { $0.queryValues("last").isEmpty }.once.required,
        Rule("GET", Self.path, Self.page(["u"])).query("last", "t1000").once.required)
      try await tags(server) { ended in
        #expect(ended.output.split(separator: "\n").count == 1_001)
      }
    }
  }

  @Test("T094: a Link to another host is refused, and credentials never leave")
  func otherHost() async throws {
    try await ScriptedServer.run { other in
      try await ScriptedServer.run { server in
        server.on(Self.path) { request in
          request.basicCredentials == "me:secret"
            ? Self.page(["1"], link: "<\(other.origin)/v2/team/app/tags/list?last=1&token=t>; rel=next")
            : Reply(401, headers: [("WWW-Authenticate", #"Basic realm="x""#)])
        }
        try await Dray.scene { dray in
          let ended = try await dray.run(
            ["tags", "\(server.authority)/team/app", "--plain-http", "--username", "me", "--password-stdin"],
            input: "secret")
          #expect(ended.code == 21)
          #expect(ended.output.isEmpty)
          #expect(ended.errors.contains(other.origin))
          #expect(!ended.errors.contains("token=t"))
          #expect(other.requests.isEmpty)
        }
      }
    }
  }

  @Test(
    "T094: a list that leads back to where it was has an end", arguments: ["self", "circle", "same", "empty", "deaf"])
  func circles(kind: String) async throws {
    try await ScriptedServer.run { server in
      server.on(Self.path) { request in
        let last = request.queryValues("last").first
        switch kind {
        case "self": return Self.page(["1"], link: "</v2/team/app/tags/list?n=1000>; rel=next")
        case "circle":
          return Self.page(
            [last == "a" ? "2" : "1"], link: "</v2/team/app/tags/list?last=\(last == "a" ? "b" : "a")>; rel=next")
        // Always another address, never another tag.
        case "same": return Self.page(["1"], link: "</v2/team/app/tags/list?last=\(server.requests.count)>; rel=next")
        // A mirror that passes no query on: the same full page, and no Link.
        case "deaf": return Self.page((1...1_000).map { "\($0)" })
        default: return Self.page([], link: "</v2/team/app/tags/list?last=\(server.requests.count)>; rel=next")
        }
      }
      try await tags(server) { ended in
        #expect([0, 21].contains(ended.code))
        #expect(server.requests.count <= 1_000)
        if kind != "empty" { #expect(ended.output.hasPrefix("1\n")) }
        if kind == "deaf" {
          #expect(ended.output.split(separator: "\n").count == 1_000)
          #expect(server.requests.count == 2)
        }
      }
    }
  }

  @Test("T094: an endless list is refused after 1,000 pages")
  func endless() async throws {
    try await ScriptedServer.run { server in
      server.on(Self.path) { _ in
        let number = server.requests.count
        return Self.page(["\(number)"], link: "</v2/team/app/tags/list?last=\(number)>; rel=next")
      }
      try await tags(server) { ended in
        #expect(ended.code == 21)
        #expect(ended.errors.contains("more than 1000 pages"))
        #expect(server.requests.count == 1_000)
      }
    }
  }

  @Test("T094: ten million tags in one answer are refused")
  func tenMillion() async throws {
    try await ScriptedServer.run { server in
      server.on(Self.path) { _ in
        Reply.json("").with {
          $0.body = .random(count: 100 << 20, seed: 1)
          $0.framing = .chunked
        }
      }
      try await tags(server) { ended in
        #expect(ended.code == 21)
        #expect(server.bodyBytesSent < 64 << 20)
      }
    }
  }

  @Test("What is no list is said, whatever it is")
  func noList() async throws {
    try await ScriptedServer.run { server in
      server.on(Self.path, times: 1, reply: .html("<!doctype html><title>Login</title>"))
      server.on(Self.path, times: 1, reply: .json("[1,2]"))
      server.on(Self.path, times: 1, reply: .registryError(404, "NAME_UNKNOWN", "repository name not known"))
      server.on(Self.path, times: 1, reply: .json(#"{"name":"team/app","tags":null}"#))
      for (code, words) in [
        (10, "web page"), (10, "it is not the list that was requested"),
        (13, "NAME_UNKNOWN: repository name not known"), (0, ""),
      ] {
        try await tags(server) { ended in
          #expect(ended.code == code, "\(ended.errors)")
          #expect(words.isEmpty || ended.errors.contains(words), "\(ended.errors)")
          #expect(ended.output.isEmpty)
        }
      }
    }
  }

  @Test("T084: a tag is shown without a character that a terminal acts on")
  func foreignText() async throws {
    try await ScriptedServer.run { server in
      server.on(Self.path, reply: Self.page([#"1\u001b[2J\u202e\r\n2"#]))
      try await tags(server) { ended in
        #expect(ended.output == #"1\u{1B}[2J\u{202E}\u{D}\u{A}2"# + "\n")
      }
      try await tags(server, ["--json"]) { ended in
        #expect(ended.output.contains(#"1\u001b[2J\u202e\r\n2"#))
      }
    }
  }

  @Test("A tag or a digest is no part of a repository's name")
  func withTag() async throws {
    try await Dray.scene { dray in
      for text in ["nginx:1", "nginx@sha256:\(String(repeating: "0", count: 64))"] {
        let ended = try await dray.run(["tags", text])
        #expect(ended.code == 2)
        #expect(ended.errors.hasPrefix("error[usage]: '\(text.prefix(7))"))
      }
      let missing = try await dray.run(["tags"])
      #expect(missing.code == 2)
      #expect(missing.errors.hasPrefix("error[usage]: the argument <repository> is missing"))
    }
  }
}
