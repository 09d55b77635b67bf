import ClientScenes
import HTTPAccess
import ImageModel
import RegistryAuth
import RegistryClient
import ScriptedServer
import Testing

@Suite("Proxies")
struct ProxyTests {
  private let image = ImageFixture(layers: [300_000, 2_000_000], seed: 76)

  /// A registry called `registry.example`, which only the proxy knows, with TLS or without.
  private func behindProxy(
    secure: Bool = true, _ configuration: ScriptedProxy.Configuration = .init(),
    _ body: @Sendable (inout ClientScene, ScriptedProxy, ScriptedServer) async throws -> Void
  ) async throws {
    try await ProxiedServer.run(serving: image, secure: secure, configuration) { place in
      var scene = scene(place.server, behind: place.proxy)
      scene.transport.trust.authorityFiles = [place.certificateFile]
      try await body(&scene, place.proxy, place.server)
    }
  }

  private func scene(_ server: ScriptedServer, behind proxy: ScriptedProxy) -> ClientScene {
    var scene = ClientScene(server)
    scene.host = "registry.example"
    scene.transport.proxies = ProxyRules(variables: ["all_proxy": proxy.address])
    return scene
  }

  private func failure(_ error: RegistryError?) -> ProxyFailure? {
    #expect(error?.failureClass == .proxy)
    guard case .network(.proxy(let failure)) = error?.reason else { return nil }
    return failure
  }

  private func neverAtOrigin(_ server: ScriptedServer) {
    #expect(server.requests.allSatisfy { $0.header("proxy-authorization") == nil })
  }

  @Test("T076: a registry with TLS is reached through CONNECT, with its own name in Host")
  func tunnel() async throws {
    try await behindProxy { scene, proxy, server in
      let error = try await scene.fetch()
      #expect(error == nil)
      #expect(!proxy.tunnels.isEmpty)
      #expect(proxy.tunnels.allSatisfy { $0 == "registry.example:\(server.port)" })
      #expect(proxy.requests.allSatisfy { $0.method == "CONNECT" })
      #expect(server.requests.allSatisfy { $0.header("host") == "registry.example:\(server.port)" })
      neverAtOrigin(server)
    }
  }

  @Test("T076: plain HTTP goes through a proxy as requests with the whole address")
  func forward() async throws {
    try await behindProxy(secure: false) { scene, proxy, server in
      let error = try await scene.fetch()
      #expect(error == nil)
      #expect(proxy.requests.count == server.requests.count)
      #expect(
        proxy.requests.allSatisfy {
          $0.method == "GET" && $0.target.hasPrefix("http://registry.example:\(server.port)/v2/")
        })
      neverAtOrigin(server)
    }
  }

  @Test("T076: the proxy's password goes to the proxy and never to the registry", arguments: [true, false])
  func login(secure: Bool) async throws {
    var configuration = ScriptedProxy.Configuration()
    configuration.login = "me:p@ss/word"
    try await behindProxy(secure: secure, configuration) { scene, proxy, server in
      scene.transport.proxies = ProxyRules(variables: ["ALL_PROXY": proxy.address(login: "me:p%40ss%2Fword")])
      let error = try await scene.fetch()
      #expect(error == nil)
      #expect(proxy.requests.allSatisfy { $0.header("proxy-authorization") != nil })
      neverAtOrigin(server)
    }
  }

  @Test("T076: 407 without a password, with a wrong one, and once with the right one", arguments: [true, false])
  func refusedLogin(secure: Bool) async throws {
    var configuration = ScriptedProxy.Configuration()
    configuration.login = "me:right"
    try await behindProxy(secure: secure, configuration) { scene, proxy, server in
      let none = failure(try await scene.fetch())
      #expect(none?.reason == .loginRequired)
      #expect(none?.proxy == proxy.address)
      #expect(none?.source == .environment(variable: "all_proxy"))
      scene.transport.proxies.use(
        try #require(Proxy(parsing: proxy.address(login: "me:canary"), source: .commandLine)))
      let before = proxy.requests.count
      let error = try await scene.fetch()
      #expect(failure(error)?.reason == .loginRefused)
      #expect(failure(error)?.source == .commandLine)
      #expect(proxy.requests.count == before + 2)
      #expect(!"\(String(describing: error))".contains("canary"))
      #expect(server.requests.isEmpty)
    }
    configuration.answers = ["HTTP/1.1 407 Not yet"]
    try await behindProxy(secure: secure, configuration) { scene, proxy, server in
      scene.transport.proxies = ProxyRules(variables: ["all_proxy": proxy.address(login: "me:right")])
      let later = try await scene.fetch()
      #expect(later == nil)
    }
  }

  @Test("T076, F20: CONNECT refused with 403 is the proxy's fault, at once; 502 after more tries, or not at all")
  func refusals() async throws {
    var configuration = ScriptedProxy.Configuration()
    configuration.answers = ["HTTP/1.1 403 Forbidden"]
    try await behindProxy(configuration) { scene, proxy, server in
      let found = failure(try await scene.fetch())
      #expect(found?.reason == .refused(status: 403))
      #expect(found?.host == "https://registry.example:\(server.port)")
      #expect(proxy.requests.count == 1)
    }
    configuration.answers = ["HTTP/1.1 502 Bad Gateway", "HTTP/1.1 502 Bad Gateway"]
    try await behindProxy(configuration) { scene, _, server in
      let error = try await scene.fetch()
      #expect(error == nil)
    }
    configuration.answers = [String](repeating: "HTTP/1.1 502 Bad Gateway", count: 20)
    try await behindProxy(configuration) { scene, _, server in
      let error = try await scene.fetch()
      #expect(failure(error)?.reason == .gateway(status: 502))
      #expect(error?.tries == 5)
      #expect(server.requests.isEmpty)
    }
  }

  @Test("T076: a proxy that hangs up, or is none, is named", arguments: ["", "SSH-2.0-OpenSSH_9"])
  func noProxy(answer: String) async throws {
    var configuration = ScriptedProxy.Configuration()
    configuration.answers = [String](repeating: answer, count: 20)
    try await behindProxy(configuration) { scene, proxy, server in
      let found = failure(try await scene.fetch())
      #expect(found?.reason == (answer.isEmpty ? .lost : .notProxy))
      #expect(found?.proxy == proxy.address)
    }
  }

  @Test("T076: a proxy that is down is named with the setting that names it", arguments: [true, false])
  func down(secure: Bool) async throws {
    let gone = try await ScriptedProxy.run { $0.address }
    try await behindProxy(secure: secure) { scene, _, server in
      scene.transport.proxies = ProxyRules(variables: ["HTTPS_PROXY": gone, "http_proxy": gone])
      let found = failure(try await scene.fetch())
      #expect(found?.reason == .unreachable(.refused))
      #expect(found?.proxy == gone)
      #expect(found?.source == .environment(variable: secure ? "HTTPS_PROXY" : "http_proxy"))
    }
  }

  @Test("T076: a host that NO_PROXY names, and loopback, are reached directly")
  func direct() async throws {
    try await behindProxy(secure: false) { scene, proxy, server in
      var loopback = scene
      loopback.host = "127.0.0.1"
      let near = try await loopback.fetch()
      #expect(near == nil)
      // The user has said where the host is: on this machine.
      scene.transport.addressOverrides = ["registry.example": "127.0.0.1"]
      let told = try await scene.fetch()
      #expect(told == nil)
      #expect(proxy.connections == 0)
      // The proxy knows the host; without it there would be no way there.
      scene.transport.addressOverrides = AddressOverrides()
      scene.transport.proxies = ProxyRules(variables: [
        "all_proxy": proxy.address, "no_proxy": ".example:\(server.port)",
      ])
      let unknown = try await scene.fetch()
      #expect(unknown?.failureClass == .network)
      #expect(proxy.connections == 0)
    }
  }

  @Test("T077: an https:// proxy: the password goes there under TLS", arguments: [true, false])
  func secureProxy(secure: Bool) async throws {
    try await TestAuthority.run { authority in
      var configuration = ScriptedProxy.Configuration()
      configuration.tls = try authority.context(.good)
      configuration.login = "me:p@ss"
      let certificate = authority.certificateFile
      try await behindProxy(secure: secure, configuration) { scene, proxy, server in
        scene.transport.proxies = ProxyRules(variables: ["ALL_PROXY": proxy.address(login: "me:p%40ss")])
        let untrusted = failure(try await scene.fetch())
        guard case .tls = untrusted?.reason else {
          Issue.record("\(String(describing: untrusted))")
          return
        }
        #expect(proxy.requests.isEmpty)
        scene.transport.trust.authorityFiles.append(certificate)
        let error = try await scene.fetch()
        #expect(error == nil)
        neverAtOrigin(server)
      }
    }
  }

  @Test("T077: SOCKS 5 looks the name up at the proxy, with and without a password", arguments: [nil, "me:p@ss"])
  func socks(login: String?) async throws {
    var configuration = ScriptedProxy.Configuration()
    configuration.kind = .socks
    configuration.login = login
    for secure in [true, false] {
      try await behindProxy(secure: secure, configuration) { scene, proxy, server in
        if login != nil {
          scene.transport.proxies = ProxyRules(variables: ["all_proxy": proxy.address(login: "me:p%40ss")])
        }
        let error = try await scene.fetch()
        #expect(error == nil)
        #expect(proxy.tunnels.allSatisfy { $0 == "registry.example:\(server.port)" })
      }
    }
  }

  @Test("A SOCKS proxy that refuses is told apart from a registry that does")
  func socksRefusal() async throws {
    var configuration = ScriptedProxy.Configuration()
    configuration.kind = .socks
    configuration.socksCode = 2
    try await behindProxy(configuration) { scene, proxy, server in
      let found = failure(try await scene.fetch())
      #expect(found?.reason == .socks(code: 2))
      #expect(proxy.connections == 1)
    }
  }

  @Test("T042: behind a proxy too an unknown authority is named, and nothing is sent")
  func unknownAuthority() async throws {
    try await behindProxy { scene, _, server in
      scene.transport.trust.authorityFiles = []
      let error = try await scene.fetch()
      #expect(error?.failureClass == .tls)
      guard case .network(.tls(_, .unknownAuthority(let issuer))) = error?.reason else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(issuer == "Dray Tests, Test Authority")
      #expect(server.requests.isEmpty)
    }
  }

  @Test("The token service and the storage are reached by the same rule, each by its own name")
  func otherHosts() async throws {
    try await TestAuthority.run { authority in
      let tls = try authority.context(.otherName)
      try await ScriptedServer.run(tls: tls) { other in
        try await ScriptedServer.run(tls: tls) { server in
          // The host of the registry on another port: its name is unknown here, and only the proxy can look it up.
          let elsewhere = "https://registry.example:\(other.port)"
          server.protect(image, realm: "\(elsewhere)/token") { token, _ in token == "t1" }
          other.on("/token", reply: .token("t1"))
          let layer = image.layers[1]
          server.addFirst(Rule("GET", "/v2/team/app/blobs/\(layer.digest)", .redirect(to: "\(elsewhere)/layer")))
          other.on("/layer") { .blob(layer.body, for: $0) }
          try await ScriptedProxy.run { proxy in
            var scene = scene(server, behind: proxy)
            scene.transport.trust.authorityFiles = [authority.certificateFile]
            scene.transport.proxies = ProxyRules(variables: ["https_proxy": proxy.address])
            scene.login.credentials = FixedCredential(
              FoundCredential(.password(username: "me", password: "pw"), from: .commandLine),
              for: ["registry.example:\(server.port)"])
            let error = try await scene.fetch()
            #expect(error == nil)
            #expect(other.requests("/token").map(\.basicCredentials) == ["me:pw"])
            #expect(other.requests("/layer").allSatisfy { !$0.carriesCredentials })
            #expect(Set(proxy.tunnels) == ["registry.example:\(server.port)", "registry.example:\(other.port)"])
          }
        }
      }
    }
  }

  @Test("T026: a registry and its storage, both without TLS, are reached through the same proxy")
  func storageBehindProxy() async throws {
    try await ScriptedServer.run { storage in
      for blob in image.blobs { storage.on("/\(blob.digest)") { .blob(blob.body, for: $0) } }
      try await ScriptedServer.run { server in
        for blob in image.blobs {
          let address = "http://storage.example:\(storage.port)/\(blob.digest)"
          server.on("/v2/team/app/blobs/\(blob.digest)", reply: Reply(307, headers: [("Location", address)]))
        }
        server.serveManifest(image.manifest)
        try await ScriptedProxy.run { proxy in
          let error = try await scene(server, behind: proxy).fetch()
          #expect(error == nil)
          #expect(Set(proxy.tunnels) == ["registry.example:\(server.port)", "storage.example:\(storage.port)"])
        }
      }
    }
  }
}
