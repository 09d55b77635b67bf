import ScriptedServer
import Testing

/// Exchanges as Harbor 2.x, distribution, GHCR and Docker Hub have them.
@Suite("dray ls")
struct ListTests {
  private static let password = "list-password"

  private static func challenge(_ server: ScriptedServer, service: String) -> Reply {
    Reply(
      401,
      headers: [
        ("WWW-Authenticate", #"Bearer realm="\#(server.origin)/service/token",service="\#(service)""#),
        ("Docker-Distribution-Api-Version", "registry/2.0"),
      ], text: #"{"errors":[{"code":"UNAUTHORIZED","message":"unauthorized: unauthorized"}]}"#)
  }

  private func serveHarbor(_ server: ScriptedServer) {
    server.on("/v2/") { request in
      request.basicCredentials?.hasSuffix(":\(Self.password)") == true
        ? Reply(text: "{}") : Self.challenge(server, service: "harbor-registry")
    }
  }

  /// A page of a list as Harbor's API gives it: at most 100, the total in a header, and a link to the next.
  private static func page(_ entries: [String], _ request: RecordedRequest) -> Reply {
    let size = Int(request.queryValues("page_size").first ?? "") ?? 10
    let number = Int(request.queryValues("page").first ?? "") ?? 1
    let start = min((number - 1) * size, entries.count)
    let part = entries[start..<min(start + size, entries.count)]
    return Reply.json("[\(part.joined(separator: ","))]").with {
      $0.headers.append(("X-Total-Count", "\(entries.count)"))
      guard start + size < entries.count else { return }
      $0.headers.append(("Link", "<\(request.path)?page=\(number + 1)&page_size=\(size)>; rel=\"next\""))
    }
  }

  private func list(
    _ server: ScriptedServer, _ path: String, _ options: [String] = [], login: String? = nil
  ) async throws -> Dray.Ended {
    var ended: Dray.Ended?
    try await Dray.scene { dray in
      let login = login.map { ["--username", $0, "--password-stdin"] } ?? []
      ended = try await dray.run(
        ["ls", server.authority + path, "--plain-http"] + options + login, input: Self.password)
    }
    return try #require(ended)
  }

  @Test("REGISTRIES 5.15: Harbor's projects, over pages of 100, as the login sees them")
  func projects() async throws {
    let names = (1...230).map { "p\($0)" }
    try await ScriptedServer.run { server in
      serveHarbor(server)
      server.on("/api/v2.0/projects") { request in
        guard request.basicCredentials == "me:\(Self.password)" else { return Reply(401) }
        return Self.page(
          names.map { #"{"name":"\#($0)","repo_count":3,"metadata":{"public":"\#($0 == "p1")"}}"# }, request)
      }
      let ended = try await list(server, "", login: "me")
      #expect(ended.code == 0, "\(ended.errors)")
      let lines = ended.output.split(separator: "\n")
      #expect(lines.count == 230)
      #expect(lines.first == "\(server.authority)/p1    public   3 repositories")
      #expect(server.requests("/api/v2.0/projects").count == 3)
      #expect(server.requests("/api/v2.0/projects").allSatisfy { $0.queryValues("page_size") == ["100"] })

      let json = try await list(server, "/", ["--json"], login: "me")
      #expect(
        json.output.split(separator: "\n").first
          == #"{"event":"project","name":"p1","public":true,"registry":"\#(server.authority)","repositories":3}"#)
    }
  }

  @Test("A project's repositories, and a repository's artifacts with tags, size and push time; slashes encoded twice")
  func artifacts() async throws {
    let digest = "sha256:" + String(repeating: "a", count: 64)
    let other = "sha256:" + String(repeating: "b", count: 64)
    try await ScriptedServer.run { server in
      serveHarbor(server)
      server.on("/api/v2.0/projects/team/repositories") { request in
        Self.page(
          [#"{"name":"team/sub/app","artifact_count":2,"pull_count":9,"update_time":"2026-03-01T09:00:00.000Z"}"#],
          request)
      }
      server.on("/api/v2.0/projects/team/repositories/sub%252Fapp/artifacts") { request in
        Self.page(
          [
            #"{"digest":"\#(digest)","size":56800000,"type":"IMAGE","push_time":"2026-03-01T09:00:00.000Z","tags":[{"name":"1.10"},{"name":"1.9"}]}"#,
            #"{"digest":"\#(other)","size":1000,"type":"CHART","push_time":"2026-02-01T09:00:00.000Z","tags":null}"#,
          ], request)
      }
      let repositories = try await list(server, "/team")
      #expect(
        repositories.output == "\(server.authority)/team/sub/app  2 artifacts  2026-03-01T09:00:00.000Z\n",
        "\(repositories.errors)")
      let artifacts = try await list(server, "/team/sub/app")
      #expect(
        artifacts.output == """
          -         1.0 kB   2026-02-01T09:00:00.000Z  CHART  \(other)
          1.9,1.10  56.8 MB  2026-03-01T09:00:00.000Z  IMAGE  \(digest)

          """, "\(artifacts.errors)")
      let json = try await list(server, "/team/sub/app", ["--json"])
      #expect(json.output.contains(#""tags":["1.9","1.10"]"#))
    }
  }

  @Test("row 15: each list of Harbor's API is read over pages of 100, and every slash within a name is encoded twice")
  func pages() async throws {
    try await ScriptedServer.run { server in
      serveHarbor(server)
      server.on("/api/v2.0/projects/team/repositories") { request in
        Self.page((100..<350).map { #"{"name":"team/a/b/r\#($0)","artifact_count":1}"# }, request)
      }
      server.on("/api/v2.0/projects/team/repositories/a%252Fb%252Fr100/artifacts") { request in
        Self.page(
          (100..<250).map { number in
            let digest = "sha256:" + String(repeating: "0", count: 61) + "\(number)"
            return #"{"digest":"\#(digest)","size":1,"type":"IMAGE","tags":[{"name":"\#(number)"}]}"#
          }, request)
      }
      let repositories = try await list(server, "/team")
      #expect(repositories.code == 0, "\(repositories.errors)")
      #expect(repositories.output.split(separator: "\n").count == 250)
      let artifacts = try await list(server, "/team/a/b/r100")
      #expect(artifacts.code == 0, "\(artifacts.errors)")
      #expect(artifacts.output.split(separator: "\n").count == 150)
      let lists = server.requests.filter { $0.path.hasPrefix("/api/") }
      #expect(lists.count == 3 + 2)
      #expect(lists.allSatisfy { $0.queryValues("page_size") == ["100"] })
    }
  }

  @Test("row 16: Harbor's catalog, which is for administrators, is never asked for; its API is, by everybody")
  func noCatalogOfHarbor() async throws {
    try await ScriptedServer.run { server in
      serveHarbor(server)
      server.on("/v2/_catalog", reply: .registryError(401, "UNAUTHORIZED", "unauthorized to list catalog"))
      server.on("/api/v2.0/projects") { request in
        // Who is nobody in particular sees what is public.
        let isKnown = request.basicCredentials == "me:\(Self.password)"
        return Self.page(
          (isKnown ? ["library", "team"] : ["library"]).map { #"{"name":"\#($0)","repo_count":2}"# }, request)
      }
      for (login, projects) in [(nil, 1), ("me", 2)] {
        let ended = try await list(server, "", login: login)
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(ended.output.split(separator: "\n").count == projects)
      }
      #expect(server.requests("/v2/_catalog").isEmpty)
    }
  }

  @Test("REGISTRIES 5.13, 5.30: where the API refuses the login, what everybody may see is shown, and said so")
  func robot() async throws {
    try await ScriptedServer.run { server in
      serveHarbor(server)
      server.on("/api/v2.0/projects") { request in
        guard request.basicCredentials == nil else {
          return .registryError(403, "FORBIDDEN", "forbidden")
        }
        return Self.page([#"{"name":"library","repo_count":1,"metadata":{"public":"true"}}"#], request)
      }
      let ended = try await list(server, "", login: "robot$ci")
      #expect(ended.code == 0, "\(ended.errors)")
      #expect(ended.output == "\(server.authority)/library  public  1 repository\n")
      #expect(ended.errors.hasPrefix("warning: the API of \(server.authority) does not accept this login"))
    }
  }

  @Test("REGISTRIES 5.30: who may pull and not list still gets the tags of a repository")
  func tagsOfRobot() async throws {
    try await ScriptedServer.run { server in
      serveHarbor(server)
      server.on(
        "/api/v2.0/projects/team/repositories/app/artifacts", reply: .registryError(403, "FORBIDDEN", "forbidden"))
      server.on("/service/token") { $0.basicCredentials == "robot$ci:\(Self.password)" ? .token("t") : Reply(401) }
      server.on("/v2/team/app/tags/list") { request in
        request.bearerToken == "t"
          ? .json(#"{"name":"team/app","tags":["2","10"]}"#) : Self.challenge(server, service: "harbor-registry")
      }
      let ended = try await list(server, "/team/app", login: "robot$ci")
      #expect(ended.code == 0, "\(ended.errors)")
      #expect(ended.output == "2\n10\n")

      let project = try await list(server, "/team/app", ["--json"], login: "robot$ci")
      #expect(project.output.contains(#""tags":["2","10"]"#))
    }
  }

  @Test("A project that the login may not list: the server's words, and what to do")
  func forbidden() async throws {
    try await ScriptedServer.run { server in
      serveHarbor(server)
      server.on("/api/v2.0/projects/team/repositories") { request in
        request.basicCredentials == nil
          ? .registryError(401, "UNAUTHORIZED", "unauthorized") : .registryError(403, "FORBIDDEN", "no right \u{1b}[2J")
      }
      let ended = try await list(server, "/team", login: "robot$ci")
      #expect(ended.code == 22)
      #expect(ended.errors.contains(#"the server says: FORBIDDEN: no right \u{1B}[2J"#))
      #expect(ended.errors.contains("hint: specify a repository"))
      let anonymous = try await list(server, "/team")
      #expect(anonymous.code == 12)
      #expect(anonymous.errors.contains("requires a login"))
    }
  }

  @Test("Without Harbor: the catalog, by pages; below a path; the tags of a repository")
  func catalog() async throws {
    try await ScriptedServer.run { server in
      server.on("/v2/", reply: Reply(text: "{}"))
      server.on("/v2/_catalog") { request in
        request.queryValues("last").isEmpty
          ? Reply.json(#"{"repositories":["app","team/b"]}"#).with {
            $0.headers.append(("Link", #"</v2/_catalog?last=team%2Fb&n=1000>; rel="next""#))
          } : .json(#"{"repositories":["team/a","team/a/c"]}"#)
      }
      server.on("/v2/team/a/tags/list", reply: .json(#"{"name":"team/a","tags":["2","1"]}"#))
      let name = server.authority
      #expect(
        try await list(server, "").output == "\(name)/app\n\(name)/team/a\n\(name)/team/a/c\n\(name)/team/b\n")
      #expect(try await list(server, "/team").output == "\(name)/team/a\n\(name)/team/a/c\n\(name)/team/b\n")
      #expect(try await list(server, "/team/a").output == "1\n2\n")
      let missing = try await list(server, "/other")
      #expect(missing.code == 13)
    }
  }

  @Test("A registry without a list says so, and the tags of a repository are still to be had")
  func noCatalog() async throws {
    try await ScriptedServer.run { server in
      // GHCR: a token for the catalog is given, and the catalog is not there.
      server.on("/v2/") { _ in Self.challenge(server, service: "ghcr.io") }
      server.on("/service/token") { request in
        request.queryValues("scope") == ["registry:catalog:*"] ? .token("catalog") : .token("pull")
      }
      server.on("/v2/_catalog") { request in
        request.bearerToken == "catalog"
          ? .registryError(403, "DENIED", "requested access to the resource is denied")
          : Self.challenge(server, service: "ghcr.io")
      }
      server.on("/v2/team/app/tags/list") { request in
        request.bearerToken == "pull" ? .json(#"{"tags":["1"]}"#) : Self.challenge(server, service: "ghcr.io")
      }
      server.on("/v2/other/tags/list") { _ in .registryError(404, "NAME_UNKNOWN", "unknown") }
      let ended = try await list(server, "")
      #expect(ended.code == 22, "\(ended.errors)")
      #expect(ended.errors.contains("the server says: DENIED: requested access to the resource is denied"))
      #expect(try await list(server, "/team/app").output == "1\n")
      #expect(try await list(server, "/other").code == 22)
    }
    try await Dray.scene { dray in
      let hub = try await dray.run(["ls", "docker.io"])
      #expect(hub.code == 22)
      #expect(hub.errors.contains("docker.io does not list its repositories"))
    }
  }

  @Test("T084: names in a list are shown without a character that a terminal acts on")
  func foreignText() async throws {
    try await ScriptedServer.run { server in
      server.on("/v2/", reply: Reply(text: "{}"))
      server.on("/v2/_catalog", reply: .json(#"{"repositories":["a\u001b[2J\u202e\r\nb\u0000"]}"#))
      let ended = try await list(server, "")
      #expect(ended.output == #"\#(server.authority)/a\u{1B}[2J\u{202E}\u{D}\u{A}b\u{0}"# + "\n")
    }
  }

  @Test("T094: an endless project ends, and no address of the server's is followed")
  func endless() async throws {
    try await ScriptedServer.run { server in
      serveHarbor(server)
      server.on("/api/v2.0/projects") { _ in
        Reply.json(#"[{"name":"p"}]"#).with {
          $0.headers.append(("Link", "<https://evil.test/api/v2.0/projects?page=2>; rel=\"next\""))
        }
      }
      let ended = try await list(server, "")
      #expect(ended.code == 21)
      #expect(server.requests.count <= 1_002)
    }
  }
}
