import HTTPAccess
import HTTPTypes
import ImageCopy
import ImageModel
import NIOCore
import RegistryAuth
import ScriptedServer
import Testing

@testable import RegistryServer

private let mebibyte = 1 << 20

/// Nobody makes the server ask where its operator did not send it, and nobody is given wrong bytes for right ones
/// (T269–T271).
@Suite struct UpstreamSafetyTests {
  private let image = ImageFixture(layers: [2 * mebibyte + 1, 30_000], seed: 269)

  @Test(arguments: [
    "169.254.169.254/latest/meta-data", "localhost:22/x", "file:///etc/passwd", "[::1]:80/x", "10.0.0.1/a",
    "docker.io/nginx",
    "nginx",
  ]) func `T124 T269 A registry that was not named is refused, and not asked`(name: String) async throws {
    try await ScriptedServer.run { server in
      try await GatewayScene.run([server.authority]) { gateway in
        let answer = try await gateway.get("/archive/\(name).tar")
        #expect([400, 403].contains(answer.status))
        let api = try await gateway.get("/api/image?name=\(name)")
        #expect([400, 403].contains(api.status))
        #expect(try await [400, 403].contains(gateway.get("/api/tags?name=\(name)").status))
      }
      #expect(server.connections == 0)
    }
  }

  @Test func `T269 A redirect to a private address is not followed, unless its host was named`() async throws {
    try await ScriptedServer.run { storage in
      try await ScriptedServer.run { registry in
        storage.on("GET,HEAD", "/b/*") { [image] request in
          let blob = image.layers.first { request.path.hasSuffix($0.digest) }
          return blob.map { .blob($0.body, for: request) } ?? Reply(404)
        }
        registry.serveManifest(image.manifest)
        registry.serve(image.config)
        for layer in image.layers {
          // The same machine by another name, which is not one that was named.
          registry.on("/v2/team/app/blobs/\(layer.digest)") { _ in
            Reply(307, headers: [("Location", "http://localhost:\(storage.port)/b/\(layer.digest)")])
          }
        }
        let url = "/archive/\(registry.authority)/team/app:1.tar"
        try await GatewayScene.run([registry.authority]) { gateway in
          let answer = try await gateway.get(url)
          #expect(answer.isCut)
        }
        #expect(storage.connections == 0)
        try await GatewayScene.run([registry.authority, "localhost:\(storage.port)"]) { gateway in
          let answer = try await gateway.get(url)
          #expect(!answer.isCut)
        }
      }
    }
  }

  @Test func `T269 A registry of the open internet whose name leads inside is not asked`() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      // Every public registry may be asked, and this one's name is that of this machine.
      try await GatewayScene.run(["*"]) { gateway in
        let answer = try await gateway.get("/archive/localhost:\(server.port)/team/app:1.tar")
        #expect(answer.status == 502)
      }
      #expect(server.requests.isEmpty)
    }
  }

  @Test func `T269 Every registry and a proxy that looks names up do not go together`() async throws {
    var access = RegistryAccess(credentials: NoCredentials())
    access.network.proxies = ProxyRules(variables: ["https_proxy": "http://proxy.example.com:3128"])
    await #expect(throws: UpstreamError.openThroughProxy) {
      try await GatewayScene.run(["*"], access: access) { _ in }
    }
    try await GatewayScene.run(["docker.io"], access: access) { _ in }
  }

  @Test func `T270 The last 64 KiB of a wrong blob never go out, nor the rest of it later`() async throws {
    var wrong = image.layers[0].bytes
    wrong[70_000] ^= 1
    try await ScriptedServer.run { [wrong] server in
      server.serveManifest(image.manifest)
      server.serve(image.config)
      server.serve(image.layers[1])
      server.on("/v2/team/app/blobs/\(image.layers[0].digest)") { .blob(ReplyBody(wrong), for: $0) }
      try await GatewayScene.run([server.authority]) { gateway in
        let url = "/archive/\(server.authority)/team/app:1.tar"
        let answer = try await gateway.get(url)
        #expect(answer.isCut)
        let sent = try #require(answer.bytes.firstRange(of: wrong.prefix(1_000))?.lowerBound)
        #expect(answer.bytes.count - sent <= wrong.count - 65_536)
        let rest = try await gateway.range(url, "\(answer.bytes.count)-")
        #expect(rest.status == 502 && rest.code == "upstream-failed")
      }
    }
  }

  @Test func `T270 A connection that breaks is taken up again, and a registry that is gone cuts the archive`()
    async throws
  {
    let layer = image.layers[0]
    try await ScriptedServer.run { server in
      server.addFirst(
        Rule("GET", "/v2/team/app/blobs/\(layer.digest)") { request in
          .blob(layer.body, for: request).finish(after: 200_000)
        }.times(2))
      server.serve(image)
      try await GatewayScene.run([server.authority]) { gateway in
        let url = "/archive/\(server.authority)/team/app:1.tar"
        let answer = try await gateway.get(url)
        #expect(!answer.isCut)
        server.addFirst(Rule("GET", "/v2/team/app/blobs/*", Reply(404)))
        let cut = try await gateway.get(url)
        #expect(cut.isCut && cut.status == 200)
      }
    }
  }

  @Test func `T342 A registry that stands still in the middle of a layer is asked anew`() async throws {
    let layer = image.layers[0]
    var access = RegistryAccess(credentials: NoCredentials())
    access.usesPlainHTTP = true
    access.network.stallTimeout = .seconds(2)
    try await ScriptedServer.run { server in
      let gate = Gate()
      server.addFirst(
        Rule("GET", "/v2/team/app/blobs/\(layer.digest)") { request in
          .blob(layer.body, for: request).hold(after: 200_000, at: gate)
        }.times(2))
      server.serve(image)
      let url = "/archive/\(server.authority)/team/app:1.tar"
      try await GatewayScene.run([server.authority], access: access) { gateway in
        let whole = try await gateway.get(url)
        let start = try #require(whole.bytes.firstRange(of: layer.bytes.prefix(1_000))?.lowerBound)
        #expect(!whole.isCut && whole.bytes[start...].starts(with: layer.bytes))
      }
      gate.open()
    }
  }

  /// What a registry may say of a layer that it has.
  enum Lie: CaseIterable {
    case shorter, longer, otherRange, otherManifest
  }

  @Test(arguments: Lie.allCases)
  func `T343 A registry that lies about lengths, ranges or digests gives no wrong byte to a client`(
    _ lie: Lie
  ) async throws {
    let layer = image.layers[0]
    let other = ImageFixture(layers: [1_000], seed: 343)
    try await ScriptedServer.run { server in
      let blob = "/v2/team/app/blobs/\(layer.digest)"
      switch lie {
      case .shorter: server.on(blob) { .blob(ReplyBody(Array(layer.bytes.dropLast(100_000))), for: $0) }
      case .longer: server.on(blob) { .blob(ReplyBody(layer.bytes + [UInt8](repeating: 7, count: 100_000)), for: $0) }
      case .otherRange:
        server.on(blob) { _ in
          Reply(
            206, headers: [("Content-Range", "bytes 5-\(layer.size - 1)/\(layer.size)")],
            body: ReplyBody(Array(layer.bytes.dropFirst(5))))
        }
      case .otherManifest:
        server.on("/v2/team/app/manifests/\(image.manifest.digest)", reply: .manifest(other.manifest))
      }
      server.serve(image)
      server.serve(other, tag: "other")
      try await GatewayScene.run([server.authority]) { gateway in
        let answer = try await gateway.get("/archive/\(server.authority)/team/app:1.tar")
        if lie == .otherManifest {
          #expect(answer.status == 502, "\(answer.status) \(answer.text)")
        } else {
          #expect(answer.isCut)
        }
        // Of the layer there is nothing but its own first bytes.
        let start = answer.bytes.firstRange(of: layer.bytes.prefix(1_000))?.lowerBound
        #expect(start.map { Array(answer.bytes[$0...]) == Array(layer.bytes.prefix(answer.bytes.count - $0)) } ?? true)
        #expect(answer.bytes.count < layer.size)
      }
    }
  }

  @Test func `T271 A client that goes away stops what is fetched for it`() async throws {
    let image = ImageFixture(layers: [24 * mebibyte], seed: 271)
    try await ScriptedServer.run { server in
      server.serve(image)
      try await GatewayScene.run([server.authority], change: { $0.limits.memory = Int64(4 * mebibyte) }) { gateway in
        let answer = try await gateway.get("/archive/\(server.authority)/team/app:1.tar", limit: mebibyte)
        #expect(answer.isCut)
      }
      #expect(server.bodyBytesSent < 20 * Int64(mebibyte))
    }
  }

  @Test func `T271 Downloads and look-ups have limits, and those who come too often are told when to come again`()
    async throws
  {
    try await ScriptedServer.run { server in
      server.serve(image)
      server.on("GET,HEAD", "/v2/team/app/manifests/2", reply: Reply(404))
      server.on("/v2/team/app/tags/list", reply: Reply(404))
      let limit: (inout UpstreamSettings) -> Void = {
        $0.limits.downloadsPerClient = 1
        $0.limits.downloads = 2
        $0.limits.lookupsPerClient = 3
      }
      try await GatewayScene.run([server.authority], change: limit) { gateway in
        let url = "/archive/\(server.authority)/team/app:1.tar"
        // Answers that nobody has read yet hold their place.
        let held = try await [gateway.begin(url, client: "192.0.2.1"), gateway.begin(url, client: "192.0.2.2")]
        #expect(held.allSatisfy { $0?.status == .ok })
        let third = try await gateway.get(url, client: "192.0.2.3")
        #expect(third.status == 429 && third.code == "too-many" && third.fields[.retryAfter] != nil)
        _ = held
      }
      try await GatewayScene.run([server.authority], change: limit) { gateway in
        let url = "/archive/\(server.authority)/team/app:1.tar"
        for _ in 0..<3 { #expect(try await gateway.get(url).status == 200) }
        for tag in 0..<2 { _ = try await gateway.get("/api/tags?name=\(server.authority)/team/app:\(tag)") }
        let answer = try await gateway.get("/archive/\(server.authority)/team/app:2.tar")
        #expect(answer.status == 429)
        #expect(try await gateway.get("/archive/\(server.authority)/team/app:2.tar", client: "192.0.2.9").status != 429)
      }
    }
  }
}

extension GatewayScene {
  /// An answer whose body nobody has asked for yet.
  fileprivate func begin(_ path: String, client: String) async throws -> RegistryServer.ServerAnswer? {
    let request = ServerRequest(method: .get, path: path, client: try SocketAddress(ipAddress: client, port: 1))
    for handler in parts.handlers {
      if let answer = try await handler.answer(request) { return answer }
    }
    return nil
  }
}
