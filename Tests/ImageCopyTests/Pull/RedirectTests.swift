import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("Redirects")
struct RedirectTests {
  private let image = ImageFixture(layers: [400_000, 300_000], seed: 53)

  /// A registry that sends blob requests elsewhere, and wants a token itself.
  private func serve(_ server: ScriptedServer, blob location: @escaping @Sendable (ImageFixture.Blob) -> String) {
    let manifest = image.manifest
    server.giveTokens { _ in .token("secret-token") }
    let challenge = #"Bearer realm="\#(server.origin)/service/token",service="s""#
    let guarded: @Sendable (RecordedRequest, Reply) -> Reply = { request, reply in
      request.header("authorization") == "Bearer secret-token"
        ? reply : Reply(401, headers: [("WWW-Authenticate", challenge)])
    }
    server.on("/v2/team/app/manifests/1") {
      guarded($0, Reply(headers: [("Content-Type", manifest.mediaType)], body: ReplyBody(manifest.bytes)))
    }
    for blob in image.blobs {
      server.on("/v2/team/app/blobs/\(blob.digest)") { guarded($0, .redirect(to: location(blob))) }
    }
  }

  private func store(_ server: ScriptedServer) {
    for blob in image.blobs {
      server.on("/store/\(blob.digest)") { .blob(ReplyBody(blob.bytes), for: $0) }
    }
  }

  @Test("T026, T027: storage on another origin gets no credentials, on another port neither")
  func otherOrigin() async throws {
    try await ScriptedServer.run { storage in
      store(storage)
      try await ScriptedServer.run { server in
        serve(server) { "\(storage.origin)/store/\($0.digest)" }
        try await PullScene.run { scene in
          let pulled = try await scene.pull("\(server.authority)/team/app:1")
          #expect(pulled.error == nil)
          #expect(storage.requests.count >= 3)
          #expect(storage.requests.allSatisfy { !$0.carriesCredentials })
        }
      }
    }
  }

  @Test(
    "T173: the bytes of a Location stand on the request line as they came",
    arguments: ["[1]{2}|^`\"<3>%zz/é镜像?X-Amz-Signature=%2F|[é]%&sig=\"<镜>", "a%5B%e9?sig=a+b%20c"])
  func writtenBytes(tail: String) async throws {
    try await ScriptedServer.run { storage in
      for blob in image.blobs {
        storage.on("/store/\(blob.digest)/*") { .blob(ReplyBody(blob.bytes), for: $0) }
      }
      try await ScriptedServer.run { server in
        serve(server) { "\(storage.origin)/store/\($0.digest)/\(tail)" }
        try await PullScene.run { scene in
          let pulled = try await scene.pull("\(server.authority)/team/app:1")
          #expect(pulled.error == nil)
          #expect(storage.requests.count >= 3)
          #expect(storage.requests.allSatisfy { $0.target.hasSuffix("/" + tail) })
          #expect(storage.requests.allSatisfy { $0.header("dray-written-target") == nil })
        }
      }
    }
  }

  @Test("a signed address gets no credentials even at the registry's own origin")
  func signedSameOrigin() async throws {
    try await ScriptedServer.run { server in
      store(server)
      serve(server) { "/store/\($0.digest)?X-Amz-Signature=abc" }
      try await PullScene.run { scene in
        let pulled = try await scene.pull("\(server.authority)/team/app:1")
        #expect(pulled.error == nil)
        #expect(server.requests.filter { $0.path.hasPrefix("/store/") }.allSatisfy { !$0.carriesCredentials })
      }
    }
  }

  @Test("T028: storage that asks for a login gets none")
  func storageWantsLogin() async throws {
    try await ScriptedServer.run { storage in
      for blob in image.blobs {
        storage.on("/store/\(blob.digest)", reply: Reply(401, headers: [("WWW-Authenticate", #"Basic realm="s3""#)]))
      }
      try await ScriptedServer.run { server in
        serve(server) { "\(storage.origin)/store/\($0.digest)" }
        try await PullScene.run { scene in
          let outcome = try await scene.pull("\(server.authority)/team/app:1")
          #expect(outcome.failureClass == .network)
          #expect(storage.requests.allSatisfy { !$0.carriesCredentials })
        }
      }
    }
  }

  @Test("T040: a storage address that expires is asked for again, and the transfer goes on", arguments: [403, 400])
  func expiringAddress(status: Int) async throws {
    try await ScriptedServer.run { storage in
      let turns = Turns()
      for blob in image.blobs {
        storage.on("/store/\(blob.digest)") { request in
          // Every second request finds its address expired.
          turns.next() % 2 == 1
            ? Reply(status, text: "<Error><Code>ExpiredToken</Code></Error>")
            : .blob(ReplyBody(blob.bytes), for: request)
        }
      }
      try await ScriptedServer.run { server in
        serve(server) { "\(storage.origin)/store/\($0.digest)?X-Amz-Signature=s" }
        try await PullScene.run { scene in
          scene.access.connections = 1
          let outcome = try await scene.pull("\(server.authority)/team/app:1")
          #expect(outcome.error == nil)
        }
      }
    }
  }

  @Test("T053: five hops are followed, a sixth is not", arguments: [(5, true), (6, false)])
  func chain(length: Int, isFine: Bool) async throws {
    try await ScriptedServer.run { server in
      let manifest = image.manifest
      server.serveBlobs(image)
      server.on("/v2/team/app/manifests/1", reply: .redirect(to: "/hop/1"))
      for hop in 1..<length { server.on("/hop/\(hop)", reply: .redirect(to: "/hop/\(hop + 1)")) }
      server.on(
        "/hop/\(length)",
        reply: Reply(headers: [("Content-Type", manifest.mediaType)], body: ReplyBody(manifest.bytes)))
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.failureClass == (isFine ? nil : .refused))
        #expect(scene.files == (isFine ? ["app_1.tar"] : []))
      }
    }
  }

  @Test(
    "T053: these are not followed",
    arguments: [
      "/v2/team/app/manifests/1", "file:///etc/passwd", "javascript:alert(1)", "http://user:pass@127.0.0.1/x", "",
      "http://127.0.0.1 evil/", "http://%31/",
    ])
  func refused(location: String) async throws {
    try await ScriptedServer.run { server in
      let headers = location.isEmpty ? [] : [(name: "Location", value: location)]
      server.on("/v2/team/app/manifests/1", reply: Reply(307, headers: headers))
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.failureClass == .refused)
        #expect(scene.files.isEmpty)
        #expect(server.requests.count == 1)
      }
    }
  }

  @Test("T029: a foreign layer that the registry does not have is not fetched from elsewhere unasked")
  func foreignLayer() async throws {
    try await ScriptedServer.run { attacker in
      try await ScriptedServer.run { server in
        let layer = ImageFixture.Blob(
          mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", bytes: [1, 2, 3])
        let descriptor = """
          {"mediaType":"\(layer.mediaType)","digest":"\(layer.digest)","size":3,"urls":["https://localhost:\(attacker.port)/x"]}
          """
        let config = ImageFixture.Blob(mediaType: ImageFixture.configType, bytes: Array("{}".utf8))
        let text =
          #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.manifestType)","config":\#(config.descriptor),"layers":[\#(descriptor)]}"#
        server.serveManifest(ImageFixture.Blob(mediaType: ImageFixture.manifestType, bytes: Array(text.utf8)))
        server.serve(config)
        server.on("/v2/team/app/blobs/\(layer.digest)", reply: Reply(404))
        try await PullScene.run { scene in
          let outcome = try await scene.pull("\(server.authority)/team/app:1")
          #expect(outcome.failureClass == .unsupported)
          #expect(attacker.connections == 0)
          #expect(scene.files.isEmpty)
        }
      }
    }
  }
}
