import HTTPTypes
import ImageModel
import NIOCore
import RegistryServer
import ScriptedServer
import Synchronization
import Testing

@Suite struct ServerTests {
  private static let image = ImageFixture(layers: [300_000, 70_000])

  @Test("T252: a body that is short, too long or fails cuts the connection, and HEAD runs none")
  func cutBodies() async throws {
    struct Broken: RequestHandler {
      func answer(_ request: ServerRequest) async throws -> ServerAnswer? {
        let count = Int(request.value(of: "sent") ?? "") ?? 0
        return ServerAnswer(
          .ok,
          body: .stream(length: 100) { writer in
            try await writer.write(ByteBuffer(repeating: 0x61, count: count))
            if request.path == "/fails" { throw CancellationError() }
          })
      }
    }
    let log = RequestLog()
    try await ServerScene.run(handlers: [Broken()], log: log) { (scene, _) async throws in
      for target in ["/short?sent=99", "/fails?sent=100", "/long?sent=101"] {
        let answer = try await scene.get(target)
        #expect(answer.status == 200)
        #expect(answer.field("Content-Length") == "100")
        #expect(answer.isCut, "\(target)")
        #expect(try await scene.ask("HEAD", target).field("Content-Length") == "100")
      }
      #expect(try await !scene.get("/whole?sent=100").isCut)
      #expect(log.records.withLock { $0.filter(\.isCut).count } == 3)
    }
  }

  @Test("T453: who leaves before there is an answer is noted as that, and is no failure of the server")
  func leftEarly() async throws {
    struct Slow: RequestHandler {
      func answer(_ request: ServerRequest) async throws -> ServerAnswer? {
        guard request.path == "/slow" else { return nil }
        try await Task.sleep(for: .seconds(600))
        return nil
      }
    }
    let log = RequestLog()
    try await ServerScene.run(handlers: [Slow()], log: log) { (scene, _) async throws in
      var leaving: LoopbackSocket? = try LoopbackSocket(port: scene.port)
      try leaving?.transmit(Array("GET /slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8))
      try await Task.sleep(for: .milliseconds(50))
      leaving = nil
      while log.records.withLock(\.isEmpty) { try await Task.sleep(for: .milliseconds(5)) }
      #expect(log.records.withLock { $0.map(\.status) } == [499])
      let metrics = try await scene.get("/metrics").text
      #expect(metrics.contains(#"dray_requests_total{code="499"} 1"#))
      #expect(!metrics.contains(#"code="5"#))
    }
  }

  @Test("T118: what nobody answers is 404, and a write to a registry that is only read is 405, as JSON below /v2")
  func unanswered() async throws {
    try await ServerScene.run { (scene, _) async throws in
      let missing = [
        ("/v2/a/manifests/b", "MANIFEST_UNKNOWN"), ("/v2/a/blobs/\(Digest.hash([]))", "BLOB_UNKNOWN"),
        ("/v2/a/tags/list", "NAME_UNKNOWN"), ("/v2/a/b", "UNSUPPORTED"),
      ]
      for (target, code) in missing {
        let answer = try await scene.get(target)
        #expect(answer.status == 404)
        #expect(answer.text.hasPrefix(#"{"errors":[{"code":"\#(code)","#), "\(answer.text)")
        #expect(answer.field("Content-Type") == "application/json")
      }
      for (method, target) in [
        ("POST", "/v2/a/blobs/uploads/"), ("PUT", "/v2/a/manifests/b"), ("DELETE", "/v2/a/manifests/b"),
      ] {
        let answer = try await scene.ask(method, target, ["Content-Length: 0"])
        #expect(answer.status == 405)
        #expect(answer.text.contains("UNSUPPORTED"))
      }
      #expect(try await scene.get("/etc/passwd").status == 404)
    }
  }

  @Test(
    "T115: names and digests that lead out of anything are refused or unknown",
    arguments: [
      "/v2/../../etc/passwd/manifests/x", "/v2/%2e%2e/%2e%2e/manifests/x", "/v2/a%2f..%2fb/manifests/x",
      "/v2/a%5c..%5cb/manifests/x", "/v2/a/blobs/sha256:../../../etc/passwd", "/v2/a/blobs/sha256:%2e%2e",
      "/v2/A/manifests/x", "/v2/a/manifests/sha256:zz", "/v2/a%00/manifests/x",
      "/v2/docker.io%2flibrary%2fa/manifests/1", "/v2/b/%2e%2e/a/manifests/1", "/archive/docker.io%2flibrary%2fa:1.tar",
    ])
  func hostileNames(target: String) async throws {
    try await ServerScene.run(["a.tar": Self.image.archive("a:1")]) { (scene, _) async throws in
      let answer = try await scene.get(target)
      #expect([400, 404].contains(answer.status), "\(answer.head)")
      #expect(!answer.text.contains("root:"))
    }
    let long = "/v2/" + String(repeating: "a", count: 300) + "/manifests/x"
    try await ServerScene.run { (scene, _) async throws in #expect(try await scene.get(long).status == 400) }
  }

  @Test(
    "T120: a request under a foreign name is refused",
    arguments: ["evil.test", "evil.test:5000", "127.0.0.1.evil.test"])
  func foreignHost(host: String) async throws {
    var settings = ServerSettings()
    settings.names = ["registry.local"]
    try await ServerScene.run(settings: settings) { (scene, _) async throws in
      #expect(try await scene.ask("GET", "/v2/", host: host).status == 421)
      for known in ["registry.local:5000", "Registry.Local", "127.0.0.1:1", "[::1]:5000", "localhost"] {
        #expect(try await scene.ask("GET", "/v2/", host: known).status == 200, "\(known)")
      }
      #expect(try await scene.raw("GET /v2/ HTTP/1.1\r\nConnection: close\r\n\r\n").status == 400)
      #expect(try await scene.get("/v2/", ["Host: evil.test"]).status == 400)
    }
  }

  @Test("T494: the host that a target names counts, whatever Host says, and a name may end with the dot of the root")
  func hostOfTarget() async throws {
    var settings = ServerSettings()
    settings.names = ["registry.local"]
    try await ServerScene.run(settings: settings) { (scene, _) async throws in
      for target in ["http://evil.test/v2/", "HTTPS://evil.test:80/v2/", "ftp://evil.test/v2/"] {
        #expect(try await scene.get(target).status == 421, "\(target)")
      }
      #expect(try await scene.ask("GET", "http://registry.local/v2/", host: "evil.test").status == 200)
      #expect(try await scene.get("http:///v2/").status == 400)
      #expect(try await scene.get("http://127.0.0.1/v2/", ["Host: evil.test"]).status == 400)
      for host in ["localhost.", "localhost.:5000", "registry.local."] {
        #expect(try await scene.ask("GET", "/v2/", host: host).status == 200, "\(host)")
      }
      for host in ["evil.test.", ".", "localhost.."] {
        #expect(try await [400, 421].contains(scene.ask("GET", "/v2/", host: host).status), "\(host)")
      }
    }
  }

  @Test("T492: HTTP/1.0 needs no Host, and its connection ends with the answer", arguments: ["", "keep-alive"])
  func oldVersion(connection: String) async throws {
    try await ServerScene.run { (scene, _) async throws in
      let field = connection.isEmpty ? "" : "Connection: \(connection)\r\n"
      for host in ["", "Host: 127.0.0.1\r\n"] {
        let answers = try await scene.raw("GET /v2/ HTTP/1.0\r\n\(host)\(field)\r\nGET /v2/ HTTP/1.0\r\n\r\n")
        #expect(answers.status == 200 && answers.text == "{}", "\(answers.head) \(answers.text)")
      }
      #expect(try await scene.raw("GET /v2/ HTTP/1.0\r\nHost: evil.test\r\n\r\n").status == 421)
      #expect(try await scene.raw("GET /v2/ HTTP/1.1\r\nHost: localhost\r\nConnection: Close\r\n\r\n").text == "{}")
    }
  }

  @Test(
    "T495: below /v2 a target that cannot be decoded is answered in JSON",
    arguments: ["/v2/a/tags/list?n=1%0a", "/v2/a/tags/list?n=%0d", "/v2/%zz", "/v2/a%00/manifests/x"])
  func undecodable(target: String) async throws {
    try await ServerScene.run { (scene, _) async throws in
      let answer = try await scene.get(target)
      #expect(answer.status == 400)
      #expect(answer.text.hasPrefix(#"{"errors":[{"code":"UNSUPPORTED","#), "\(answer.head) \(answer.text)")
      #expect(answer.field("Content-Type") == "application/json")
    }
  }

  @Test(
    "T502: a target in raw UTF-8, or what is no HTTP at all, is told what is wrong, and the connection ends",
    arguments: [
      "GET /v2/镜像/manifests/1 HTTP/1.1\r\nHost: a\r\n\r\n", "GET /镜像 HTTP/1.1\r\nHost: a\r\n\r\n",
      "\u{16}\u{3}\u{1}\r\n\r\n",
    ])
  func noHTTP(text: String) async throws {
    let log = RequestLog()
    try await ServerScene.run(log: log) { (scene, _) async throws in
      let answer = try await scene.raw(text + "more of it")
      #expect(answer.status == 400 && !answer.isCut)
      #expect(answer.text.hasPrefix(#"{"errors":[{"code":"UNSUPPORTED","#), "\(answer.head) \(answer.text)")
      #expect(answer.field("Content-Type") == "application/json")
      #expect(answer.field("Connection")?.lowercased() == "close")
      #expect(log.records.withLock { $0.map(\.status) } == [400])
      // An answer that is under way comes first, and whole.
      let both = try await scene.raw("GET /v2/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" + text)
      #expect(both.status == 200)
      #expect(both.text.hasPrefix("{}HTTP/1.1 400 "))
    }
  }

  @Test("T502: elsewhere than below /v2 a target that cannot be decoded is answered in a line of text")
  func undecodableElsewhere() async throws {
    try await ServerScene.run { (scene, _) async throws in
      let answer = try await scene.get("/%zz")
      #expect(answer.status == 400 && answer.text == "the address of the request cannot be decoded\n")
      #expect(answer.field("Content-Type") == "text/plain; charset=utf-8")
    }
  }

  @Test("T121: nothing is changed for a page of another site")
  func crossSite() async throws {
    struct Anything: RequestHandler {
      func answer(_ request: ServerRequest) async throws -> ServerAnswer? { ServerAnswer(.ok) }
    }
    try await ServerScene.run(handlers: [Anything()]) { (scene, _) async throws in
      for field in [
        "Origin: http://evil.test", "Origin: null", "Origin: https://127.0.0.1", "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
      ] {
        #expect(try await scene.ask("POST", "/push", ["Content-Length: 0", field]).status == 403, "\(field)")
      }
      for fields in [[], ["Origin: http://127.0.0.1", "Sec-Fetch-Site: same-origin"]] {
        #expect(try await scene.ask("POST", "/push", ["Content-Length: 0"] + fields).status == 200)
      }
    }
  }

  @Test("T253: a password is asked for where there is one, a mirror is answered 404 instead of 401")
  func password() async throws {
    var settings = ServerSettings()
    settings.login = ServerLogin(name: "dray", password: "sesame")
    try await ServerScene.run(["a.tar": Self.image.archive("a:1")], settings: settings) { (scene, _) async throws in
      let refused = try await scene.get("/v2/")
      #expect(refused.status == 401)
      #expect(refused.field("WWW-Authenticate")?.hasPrefix("Basic realm=") == true)
      #expect(try await scene.get("/v2/a/manifests/1?ns=docker.io").status == 404)
      for wrong in ["Basic ZHJheTpzZXNhbQ==", "Basic eDpzZXNhbWU=", "Basic !", "Bearer sesam", "Digest x", "Basic"] {
        #expect(try await scene.get("/v2/", ["Authorization: \(wrong)"]).status == 401, "\(wrong)")
      }
      for right in ["Basic ZHJheTpzZXNhbWU=", "Bearer sesame", "basic  ZHJheTpzZXNhbWU="] {
        #expect(try await scene.get("/v2/a/manifests/1", ["Authorization: \(right)"]).status == 200, "\(right)")
      }
      #expect(try await scene.get("/healthz").text == "ok\n")
    }
  }

  @Test(
    "T122: without the password in its field there is nothing, and no answer may be framed or told on by its address")
  func nothingWithoutPassword() async throws {
    var settings = ServerSettings()
    settings.login = ServerLogin(name: "dray", password: "sesame")
    try await ServerScene.run(["a.tar": Self.image.archive("a:1")], settings: settings) { (scene, _) async throws in
      for target in ["/", "/api/images", "/archive/a:1.tar", "/metrics", "/v2/_catalog"] {
        for (query, fields) in [("", []), ("?token=sesame", []), ("", ["Authorization: Bearer sesam"])] {
          let answer = try await scene.get(target + query, fields + ["Referer: http://127.0.0.1/?token=sesame"])
          #expect(answer.status == 401, "\(target)\(query)")
          #expect(answer.field("Referrer-Policy") == "no-referrer")
          #expect(answer.field("Content-Security-Policy")?.contains("frame-ancestors 'none'") == true)
        }
      }
      #expect(try await scene.get("/v2/_catalog", ["Authorization: Bearer sesame"]).status == 200)
    }
  }

  @Test("T117: connections that never end their head are closed, and others are answered meanwhile")
  func halfHeads() async throws {
    var settings = ServerSettings()
    settings.limits.headTime = .seconds(2)
    try await ServerScene.run(settings: settings) { (scene, _) async throws in
      try await withThrowingTaskGroup(of: ServerScene.Answer.self) { group in
        for _ in 0..<3 { group.addTask { try await scene.raw("GET /v2/ HTTP/1.1\r\nHo") } }
        #expect(try await scene.get("/v2/").status == 200)
        for try await answer in group { #expect(answer.head.isEmpty, "\(answer.head)") }
      }
    }
  }

  @Test("T253: a password that a client has for another registry is no matter where none is asked for")
  func foreignPassword() async throws {
    try await ServerScene.run(["a.tar": Self.image.archive("a:1")]) { (scene, _) async throws in
      let answer = try await scene.get("/v2/library/a/manifests/1?ns=docker.io", ["Authorization: Basic eDp5"])
      #expect(answer.status == 200)
      #expect(answer.field("OCI-Namespace") == "docker.io")
    }
  }

  @Test("T254: what is no HTTP, such as TLS, is answered at once, and the connection ends")
  func notHTTP() async throws {
    try await ServerScene.run { (scene, _) async throws in
      let hello = "\u{16}\u{3}\u{1}\u{1}\u{0}\u{1}\u{0}\u{0}\u{1}\u{3}\u{3}"
      #expect(try await scene.raw(hello).status == 400)
    }
  }

  @Test("Requests, bytes and cut answers are counted for /metrics")
  func metrics() async throws {
    try await ServerScene.run { (scene, _) async throws in
      _ = try await scene.get("/v2/")
      _ = try await scene.get("/nothing")
      let text = try await scene.get("/metrics").text
      #expect(text.contains("dray_requests_total{code=\"200\"} 1\n"))
      #expect(text.contains("dray_requests_total{code=\"404\"} 1\n"))
      #expect(text.contains("dray_sent_bytes_total 12\n"))
    }
  }
}
