import ImageModel
import ScriptedServer
import Testing

@testable import RegistryClient

/// Places that have to be made before the first push to them.
@Suite("Namespaces that a push does not make")
struct FirstStepTests {
  private let image = ImageFixture(layers: [1_000], seed: 363)

  @Test(
    "T363: a push to a namespace that nobody made at Tencent's TCR says to make it, and sends no byte",
    arguments: ["team.tencentcloudcr.com", "ccr.ccs.tencentyun.com"],
    [PushRegistry.NamespaceRefusal.denied, .insufficientScope, .unknown])
  func tencent(_ host: String, _ refusal: PushRegistry.NamespaceRefusal) async throws {
    let registry = PushRegistry {
      $0.location = .relative
      $0.namespaceRefusal = refusal
    }
    try await UploadScene.run(registry, login: ("llsydn", "canary+363"), host: host) { scene in
      try await scene.client.prepareToPush(scene.repository)
      let error = await #expect(throws: RegistryError.self) { try await scene.upload(image.layers[0]) }
      let origin = "http://\(host):\(scene.server.port)"
      let expected: UploadFailure =
        refusal == .unknown
        ? .nameMissing(host: origin, repository: "team/app") : .denied(host: origin, repository: "team/app")
      #expect(error?.reason == .upload(expected))
      #expect(expected.firstStep == .tencentNamespace("team"))
      #expect(scene.server.requests.allSatisfy { $0.body.isEmpty })
    }
  }

  @Test("T363: once it is made the same push goes through")
  func made() async throws {
    let registry = PushRegistry {
      $0.location = .relative
      $0.namespaceRefusal = .denied
    }
    try await UploadScene.run(registry, host: "team.tencentcloudcr.com") { scene in
      await #expect(throws: RegistryError.self) { try await scene.upload(image.layers[0]) }
      registry.change { $0.namespaceRefusal = nil }
      let outcome = try await scene.upload(image.layers[0])
      #expect(outcome == .sent)
    }
  }

  @Test(
    "T364: what has to be made first is known by the registry's host, and nothing is said of others",
    arguments: [
      ("team.tencentcloudcr.com", .tencentNamespace("team")),
      ("hkccr.ccs.tencentyun.com", .tencentNamespace("team")),
      ("registry.cn-hangzhou.aliyuncs.com", .aliyunNamespace("team")),
      ("corp-registry.cn-beijing.cr.aliyuncs.com:443", .aliyunNamespace("team")),
      ("swr.cn-north-4.myhuaweicloud.com", .huaweiOrganization("team")),
      ("QUAY.io", .quayNamespace("team")),
      ("1.dkr.ecr.eu-west-1.amazonaws.com", .ecrRepository("team/app", region: "eu-west-1")),
      ("1.dkr.ecr.cn-north-1.amazonaws.com.cn", .ecrRepository("team/app", region: "cn-north-1")),
      ("tencentcloudcr.com", nil), ("nottencentcloudcr.com", nil), ("tencentcloudcr.com.example", nil),
      ("quay.io.example", nil), ("quay.example.com", nil), ("s3.eu-west-1.amazonaws.com", nil),
      ("harbor.example.com", nil), ("127.0.0.1:5000", nil), ("[::1]:5000", nil),
    ] as [(String, FirstStep?)])
  func hosts(_ host: String, _ expected: FirstStep?) {
    for origin in [host, "https://\(host)"] {
      #expect(FirstStep(host: origin, repository: "team/app") == expected)
    }
    #expect(UploadFailure.quotaExceeded(host: host).firstStep == nil)
  }

  @Test(
    "T361: a Quay is known by its name, or by its token service, which is its own",
    arguments: [
      ("quay.io", nil, true), ("registry.example.com", nil, false),
      ("registry.example.com", #"realm="http://HOST/v2/auth",service="HOST""#, true),
      ("registry.example.com", #"realm="http://HOST/v2/token",service="HOST""#, false),
      ("registry.example.com", #"realm="http://HOST/v2/auth",service="harbor-registry""#, false),
      ("registry.example.com", #"realm="http://HOST/v2/auth""#, false),
    ] as [(String, String?, Bool)])
  func quay(_ host: String, _ challenge: String?, _ expected: Bool) async throws {
    try await UploadScene.run(host: host) { scene in
      if let challenge {
        let authority = "\(host):\(scene.server.port)"
        scene.server.addFirst(
          Rule(
            "GET", "/v2/",
            Reply(401).header("WWW-Authenticate", "Bearer " + challenge.replacing("HOST", with: authority))))
        for path in ["/v2/auth", "/v2/token"] { scene.server.addFirst(Rule("GET", path, .token("a.token"))) }
      }
      try await scene.client.prepareToPush(scene.repository)
      #expect(scene.client.honorsExpiryLabels == expected)
    }
  }
}
