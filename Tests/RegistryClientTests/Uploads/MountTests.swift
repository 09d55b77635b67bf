import ImageModel
import ScriptedServer
import Synchronization
import Testing

@testable import HTTPAccess
@testable import RegistryAuth
@testable import RegistryClient

@Suite("Mounts")
struct MountTests {
  private let image = ImageFixture(layers: [300_000, 2_500_000], seed: 365)
  private var small: ImageFixture.Blob { image.layers[0] }
  private var large: ImageFixture.Blob { image.layers[1] }

  /// A registry at which some of the first questions for a mount come to grief.
  private static func disturbed(_ count: Int, by fault: PushRegistry.Fault) -> PushRegistry {
    let left = Mutex(count)
    return PushRegistry {
      $0.fault = { _, request in
        guard !request.queryValues("from").isEmpty else { return nil }
        return left.withLock { left in
          guard left > 0 else { return nil }
          left -= 1
          return fault
        }
      }
    }
  }

  @Test(
    "T365: a line that fails at a mount is no refusal: it is asked again, and no byte is sent",
    arguments: [.hangUp, .lostAnswer, .gateway(504), .status(408), .status(429), .status(503)] as [PushRegistry.Fault])
  func lostLine(_ fault: PushRegistry.Fault) async throws {
    try await UploadScene.run(Self.disturbed(2, by: fault)) { scene in
      for blob in [small, large] { scene.registry.keep(blob, in: "team/base") }
      let first = try await scene.upload(small, mountFrom: ["team/base"])
      #expect(first == .mounted(from: "team/base"))
      #expect(scene.asked == Array(repeating: "POST /blobs/uploads/", count: 3))
      let second = try await scene.upload(large, mountFrom: ["team/base"])
      #expect(second == .mounted(from: "team/base"), "the repository is not taken for one that refuses")
      #expect(!scene.server.requests.contains { $0.method == "PUT" })
    }
  }

  @Test("T365: a line that is lost for good ends the upload as any request does")
  func noLine() async throws {
    try await UploadScene.run(Self.disturbed(.max, by: .hangUp)) { scene in
      let error = await #expect(throws: RegistryError.self) {
        try await scene.upload(small, mountFrom: ["team/base"])
      }
      guard case .network(.connectionLost) = error?.reason else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(error?.tries == 4)
      #expect(!scene.server.requests.contains { $0.method == "PUT" })
    }
  }

  @Test("T365: a registry that breaks at each mount gets the blob sent, and is not asked for one again")
  func brokenMount() async throws {
    try await UploadScene.run(Self.disturbed(.max, by: .status(500))) { scene in
      let first = try await scene.upload(small, mountFrom: ["team/base"])
      #expect(first == .sent)
      let asked = scene.server.requests.count { !$0.queryValues("from").isEmpty }
      let second = try await scene.upload(large, mountFrom: ["team/base"])
      #expect(second == .sent)
      #expect(scene.server.requests.count { !$0.queryValues("from").isEmpty } == asked)
    }
  }

  // MARK: Rights

  @Test("T374: after three repositories that refused no other one is tried")
  func refusals() async throws {
    try await UploadScene.run(PushRegistry { $0.mounts = .refused(405) }) { scene in
      for number in 1...5 {
        let blob = ImageFixture(layers: [1_000], seed: UInt64(3740 + number)).layers[0]
        let outcome = try await scene.upload(blob, mountFrom: ["team/base\(number)"])
        #expect(outcome == .sent)
      }
      #expect(
        scene.server.requests.compactMap { $0.queryValues("from").first } == ["team/base1", "team/base2", "team/base3"])
    }
  }

  @Test("T388: a token is for two repositories at most, however many have blobs to mount")
  func tokens() async throws {
    try await UploadScene.run(PushRegistry { $0.wantsToken = true }, login: Self.login) { scene in
      try await scene.client.prepareToPush(scene.repository)
      for number in 1...5 {
        let blob = ImageFixture(layers: [1_000], seed: UInt64(3880 + number)).layers[0]
        scene.registry.keep(blob, in: "team/base\(number)")
        let outcome = try await scene.upload(blob, mountFrom: ["team/base\(number)"])
        #expect(outcome == .mounted(from: "team/base\(number)"))
      }
      let scopes = scene.server.requests("/token").map { $0.queryValues("scope") }
      #expect(scopes.map(\.count) == [1, 2, 2, 2, 2, 2], "\(scopes)")
      #expect(scopes.allSatisfy { $0.first == "repository:team/app:pull,push" })
    }
  }

  @Test(
    "T375: a token service that gives nothing for two repositories is asked for the one alone",
    arguments: [400, 401, 403])
  func noCommonToken(_ status: Int) async throws {
    try await UploadScene.run(PushRegistry { $0.wantsToken = true }, login: Self.login) { scene in
      scene.server.addFirst(
        Rule("GET", "/token", .registryError(status, "DENIED", "requested access to the resource is denied"))
          .when { $0.queryValues("scope").count == 2 })
      try await scene.client.prepareToPush(scene.repository)
      scene.registry.keep(small, in: "team/base")
      for blob in [small, large] {
        let outcome = try await scene.upload(blob, mountFrom: ["team/base"])
        #expect(outcome == .sent)
      }
      let scopes = scene.server.requests("/token").map { $0.queryValues("scope") }
      #expect(scopes.count { $0.count == 2 } == 1, "mounts from there are forgotten: \(scopes)")
    }
  }

  @Test("T376: where two repositories have logins of their own none is mounted from the other")
  func twoLogins() async throws {
    struct ByRepository: CredentialSource {
      func credential(for query: CredentialQuery) -> FoundCredential? {
        FoundCredential(
          .password(username: query.repository.prefix { $0 != "/" } + "", password: "canary+376"), from: .commandLine)
      }
    }
    try await UploadScene.run(PushRegistry { $0.wantsToken = true }, credentials: ByRepository()) { scene in
      try await scene.client.prepareToPush(scene.repository)
      for repository in ["other/base", "team/base"] { scene.registry.keep(small, in: repository) }
      let foreign = try await scene.upload(small, mountFrom: ["other/base"])
      #expect(foreign == .sent)
      #expect(scene.server.requests.allSatisfy { $0.queryValues("from").isEmpty })
      #expect(scene.server.requests.allSatisfy { $0.basicCredentials?.hasPrefix("other:") != true })
      let own = try await scene.upload(small, mountFrom: ["team/base"])
      #expect(own == .mounted(from: "team/base"))
    }
  }

  // MARK: Harbor's search

  private static let login = ("llsydn", "canary+search")

  private static func onHarbor(
    _ search: PushRegistry.HarborSearch, _ mounts: PushRegistry.Mounts = .offered,
    _ body: @Sendable (UploadScene) async throws -> Void
  ) async throws {
    let registry = PushRegistry {
      $0.search = search
      $0.mounts = mounts
    }
    try await UploadScene.run(registry, login: login) { scene in
      scene.server.serveHarborGreeting()
      try await scene.client.prepareToPush(scene.repository)
      try await body(scene)
    }
  }

  private static func searches(_ scene: UploadScene) -> [RecordedRequest] {
    scene.server.requests.filter { $0.path == "/api/v2.0/repositories" }
  }

  @Test("T366: a Harbor is asked once where a large blob is, and it is mounted from there")
  func found() async throws {
    try await Self.onHarbor(.finds) { scene in
      for blob in [small, large] { scene.registry.keep(blob, in: "library/base") }
      let outcome = try await scene.upload(large)
      #expect(outcome == .mounted(from: "library/base"))
      let search = try #require(Self.searches(scene).first)
      #expect(search.query == "q=blob_digest=\(large.digest)&page_size=1")
      #expect(search.basicCredentials == "\(Self.login.0):\(Self.login.1)")
      let token = try #require(scene.server.requests("/service/token").last)
      #expect(token.queryValues("scope").last == "repository:library/base:pull")
      #expect(!scene.server.requests.contains { $0.method == "PUT" })
      // A small one is sent as fast as it is looked for.
      let second = try await scene.upload(small)
      #expect(second == .sent)
      #expect(Self.searches(scene).count == 1)
    }
  }

  @Test("T366: what this run knows comes before Harbor's search, and at most two mounts are tried")
  func order() async throws {
    try await Self.onHarbor(.finds) { scene in
      scene.registry.keep(large, in: "library/base")
      scene.registry.keep(large, in: "team/known")
      let outcome = try await scene.upload(large, mountFrom: ["team/known"])
      #expect(outcome == .mounted(from: "team/known"))
      #expect(Self.searches(scene).isEmpty)
    }
    // One that does not have it begins an upload; the search names one that has it, and the upload is ended.
    try await Self.onHarbor(.finds) { scene in
      scene.registry.keep(large, in: "library/base")
      let outcome = try await scene.upload(large, mountFrom: ["team/wrong"])
      #expect(outcome == .mounted(from: "library/base"))
      #expect(scene.registry.openSessions == 0)
    }
    try await Self.onHarbor(.finds, .refused(401)) { scene in
      scene.registry.keep(large, in: "library/base")
      let outcome = try await scene.upload(large, mountFrom: ["team/one", "team/two"])
      #expect(outcome == .sent)
      #expect(scene.server.requests.compactMap { $0.queryValues("from").first } == ["team/one", "team/two"])
      #expect(Self.searches(scene).isEmpty, "nothing could come of it")
    }
  }

  @Test("T366: a Harbor's answer that is none, or is wrong, costs a push nothing but the question")
  func silent() async throws {
    let refusals: [PushRegistry.HarborSearch] = [
      .answers(.registryError(403, "FORBIDDEN", "forbidden")),
      .answers(.registryError(401, "UNAUTHORIZED", "unauthorized")),
      .answers(Reply(500)), .answers(.html("<html>portal</html>")), .answers(.hangUp(.reset)),
    ]
    let other = ImageFixture(layers: [2_000_000], seed: 366).layers[0]
    for search in refusals {
      try await Self.onHarbor(search) { scene in
        for blob in [large, other] { try await scene.upload(blob) }
        #expect(scene.registry.blobs() == [large.digest, other.digest])
        #expect(!Self.searches(scene).isEmpty)
        #expect(!Self.searches(scene).contains { $0.query.contains(other.digest) }, "it is not asked again")
      }
    }
    // Names of nothing, of the place itself, or of one that does not have it.
    for name in ["team/app", "../../Rubbish", "library/other"] {
      try await Self.onHarbor(.names(name)) { scene in
        try await scene.upload(large)
        #expect(scene.registry.blobs() == [large.digest])
        #expect(scene.registry.openSessions == 0)
        let mounts = scene.server.requests.compactMap { $0.queryValues("from").first }
        #expect(mounts == (name == "library/other" ? [name] : []))
      }
    }
  }

  @Test("T366: nobody but a Harbor is asked where a blob is")
  func elsewhere() async throws {
    try await UploadScene.run(PushRegistry { $0.search = .finds }, login: Self.login) { scene in
      scene.registry.keep(large, in: "library/base")
      try await scene.client.prepareToPush(scene.repository)
      try await scene.upload(large)
      #expect(Self.searches(scene).isEmpty)
    }
  }
}
