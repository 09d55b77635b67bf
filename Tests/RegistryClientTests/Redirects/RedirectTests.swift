import ClientScenes
import ImageModel
import RegistryClient
import ScriptedServer
import Testing

@Suite("Redirects")
struct RedirectTests {
  private let image = ImageFixture(layers: [40_000, 30_000], seed: 53)

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
        server.serveRedirecting(image) { "\(storage.origin)/store/\($0.digest)" }
        let error = try await ClientScene(server).fetch()
        #expect(error == nil)
        #expect(storage.requests.count >= 3)
        #expect(storage.requests.allSatisfy { !$0.carriesCredentials })
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
        server.serveRedirecting(image) { "\(storage.origin)/store/\($0.digest)/\(tail)" }
        let error = try await ClientScene(server).fetch()
        #expect(error == nil)
        #expect(storage.requests.count >= 3)
        #expect(storage.requests.allSatisfy { $0.target.hasSuffix("/" + tail) })
        #expect(storage.requests.allSatisfy { $0.header("dray-written-target") == nil })
      }
    }
  }

  @Test("a signed address gets no credentials even at the registry's own origin")
  func signedSameOrigin() async throws {
    try await ScriptedServer.run { server in
      store(server)
      server.serveRedirecting(image) { "/store/\($0.digest)?X-Amz-Signature=abc" }
      let error = try await ClientScene(server).fetch()
      #expect(error == nil)
      #expect(server.requests.filter { $0.path.hasPrefix("/store/") }.allSatisfy { !$0.carriesCredentials })
    }
  }

  @Test("T028: storage that asks for a login gets none")
  func storageWantsLogin() async throws {
    try await ScriptedServer.run { storage in
      for blob in image.blobs {
        storage.on("/store/\(blob.digest)", reply: Reply(401, headers: [("WWW-Authenticate", #"Basic realm="s3""#)]))
      }
      try await ScriptedServer.run { server in
        server.serveRedirecting(image) { "\(storage.origin)/store/\($0.digest)" }
        let error = try await ClientScene(server).fetch()
        #expect(error?.failureClass == .network)
        #expect(storage.requests.allSatisfy { !$0.carriesCredentials })
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
      let error = try await ClientScene(server).fetch()
      #expect(error?.failureClass == (isFine ? nil : .refused))
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
      let error = try await ClientScene(server).fetch()
      #expect(error?.failureClass == .refused)
      #expect(server.requests.count == 1)
    }
  }
}
