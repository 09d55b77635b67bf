import FoundationEssentials
import ScriptedServer
import SystemPackage
import Testing

/// A canary as password, as token and in signed addresses, through every class of failure, in every form of output.
/// `Dray.run` looks for it (`SecretCheck`); these tests see to it that there is something to find.
@Suite("T041: no secret is shown or kept")
struct SecrecyTests {
  private let image = ImageFixture(layers: [400_000], seed: 41)
  private static let forms = [[], ["-v"], ["--json"], ["--quiet"]]
  private static let login = ["--username", "robot$ci", "--password-stdin"]
  private static let password = "canary-password-1b7c\n"

  private struct Case: Sendable, CustomStringConvertible {
    let description: String
    let code: Int
    /// What becomes of the layer at the registry; nil: a redirect to the storage.
    var blob: (@Sendable (RecordedRequest) -> Reply)?
    /// What the storage says.
    var storage: (@Sendable (RecordedRequest, ImageFixture.Blob) -> Reply) = { .blob($1.body, for: $0) }
    var token: @Sendable (RecordedRequest) -> Reply = { _ in .token("canary-token-9d2e") }
    var manifest: Reply?
  }

  private static let cases: [Case] = [
    Case(description: "ok", code: 0),
    Case(description: "network", code: 10, storage: { _, _ in Reply(403, text: "AccessDenied") }),
    Case(description: "network: the line", code: 10, storage: { _, _ in .hangUp(.reset) }),
    Case(description: "rate-limit", code: 11, storage: { _, _ in Reply(429, headers: [("Retry-After", "86400")]) }),
    Case(description: "auth: the token service", code: 12, token: { _ in Reply(401, text: "no") }),
    Case(description: "auth: the registry", code: 12, manifest: Reply(403, text: "denied")),
    Case(description: "not-found", code: 13, manifest: Reply(404, text: "{}")),
    Case(description: "integrity", code: 20, storage: { Reply.blob($1.body, for: $0).flippingBit(at: 9) }),
    Case(description: "refused: too long", code: 21, storage: { Reply(body: $1.body).endless }),
    Case(
      description: "refused: a redirect", code: 21,
      blob: { _ in .redirect(to: "file:///x?X-Amz-Signature=canary-signature-4a4a") }),
    Case(
      description: "refused: a redirect with a password", code: 21,
      blob: { _ in .redirect(to: "http://me:canary-userinfo@127.0.0.1/x") }),
    Case(description: "unsupported", code: 22, manifest: .json(#"{"schemaVersion":1,"fsLayers":[]}"#)),
  ]

  private func serve(_ server: ScriptedServer, _ storage: ScriptedServer, _ example: Case) {
    let challenge = #"Bearer realm="\#(server.origin)/service/token",service="s""#
    let refusal = Reply(401, headers: [("WWW-Authenticate", challenge)])
    server.add(Rule("GET", "/v2/*", refusal).when { $0.bearerToken != "canary-token-9d2e" })
    server.giveTokens(example.token)
    if let manifest = example.manifest { server.on("/v2/team/app/manifests/1", reply: manifest) }
    server.serveManifest(image.manifest)
    server.serve(image.config)
    let layer = image.layers[0]
    server.on("/v2/team/app/blobs/\(layer.digest)") { request in
      example.blob?(request) ?? .redirect(to: "\(storage.origin)/store/layer?X-Amz-Signature=canary-signature-4a4a")
    }
    storage.on("/store/layer") { example.storage($0, layer) }
  }

  @Test("in each class of failure, plain, with -v, --json and --quiet", arguments: cases.indices)
  func everywhere(index: Int) async throws {
    let example = Self.cases[index]
    try await ScriptedServer.run { storage in
      try await ScriptedServer.run { server in
        serve(server, storage, example)
        for form in Self.forms {
          try await Dray.scene { dray in
            let arguments = ["pull", "\(server.authority)/team/app:1", "--plain-http"] + Self.login + form
            let ended = try await dray.run(arguments, input: Self.password)
            #expect(ended.code == example.code, "\(example) \(form): \(ended.errors)")
            #expect(dray.files.contains("app_1.tar") == (example.code == 0))
          }
        }
        #expect(server.requests.contains { $0.basicCredentials?.contains("canary") == true }, "the password was used")
      }
    }
  }

  @Test("a password in the environment, in an address that is no reference, and in a stored login")
  func otherWays() async throws {
    try await ScriptedServer.run { server in
      server.on("/v2/team/app/manifests/1", reply: Reply(401, headers: [("WWW-Authenticate", #"Basic realm="r""#)]))
      for form in Self.forms {
        try await Dray.scene { dray in
          for text in [
            "https://me:canary-userinfo@h.example/a:1?x=canary", "http://me:canary@h.example/A B",
            "me:canary@h.example/a",
            "https://hub.docker.com/?canary", "docker://me:canary@h.example/a:1",
          ] {
            let pasted = try await dray.run(["pull", text] + form)
            #expect(pasted.code == 2, "\(text)")
          }
          let named = try await dray.run(["pull", "a", "--username", "me:canary-userinfo", "--password-stdin"] + form)
          #expect(named.code == 2)
        }
        try await Dray.scene { dray in
          let entry = Data("me:canary-stored".utf8).base64EncodedString()
          let path = dray.folder.appending("config.json")
          try Data(#"{"auths":{"\#(server.authority)":{"auth":"\#(entry)"}}}"#.utf8)
            .write(to: URL(filePath: path.string))
          var stored = dray
          stored.environment["DOCKER_CONFIG"] = dray.folder.string
          let ended = try await stored.run(["pull", "\(server.authority)/team/app:1", "--plain-http"] + form)
          #expect(ended.code == 12, "\(ended.errors)")
        }
      }
      #expect(server.requests.contains { $0.basicCredentials == "me:canary-stored" })
    }
  }

  @Test("the check itself finds a secret: as it is, and inside Base64 at each place")
  func check() {
    let check = SecretCheck(input: "p4ssw0rd-long\n")
    for prefix in ["", "a", "ab", "abc"] {
      let encoded = Data("\(prefix):p4ssw0rd-long".utf8).base64EncodedString()
      #expect(check.secret(in: "Authorization: Basic \(encoded)") != nil)
    }
    #expect(check.secret(in: "?X=canary-1") == "canary")
    #expect(check.secret(in: "all is well") == nil)
  }
}
