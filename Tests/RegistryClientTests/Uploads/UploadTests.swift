import ImageModel
import NIOCore
import ScriptedServer
import Synchronization
import Testing

@testable import HTTPAccess
@testable import RegistryClient

@Suite("Uploads")
struct UploadTests {
  private let image = ImageFixture(layers: [300_000, 2_500_000], seed: 160)
  private var small: ImageFixture.Blob { image.layers[0] }
  private var large: ImageFixture.Blob { image.layers[1] }
  private static let whole = ["POST /blobs/uploads/", "PUT /blobs/uploads/S"]

  @Test(
    "T163: a blob goes in one request with its length, wherever the registry wants it",
    arguments: [PushRegistry.Location.absolute, .relative, .plainHTTP])
  func whole(_ location: PushRegistry.Location) async throws {
    try await UploadScene.run(PushRegistry { $0.location = location }) { scene in
      let outcome = try await scene.upload(small)
      #expect(outcome == .sent)
      #expect(scene.registry.blobs() == [small.digest])
      #expect(scene.asked == Self.whole)
      let (post, put) = (scene.server.requests[0], scene.server.requests[1])
      #expect(post.values("Content-Length") == ["0"])
      #expect(put.values("Content-Length") == ["300000"])
      #expect(put.values("Content-Type") == ["application/octet-stream"])
      #expect(put.values("Content-Range").isEmpty)
      #expect(put.values("Transfer-Encoding").isEmpty)
      #expect(put.query.hasPrefix("_state=a+b/"), "\(put.query)")
      #expect(put.query.hasSuffix("%3D%3D&digest=\(small.digest)"), "\(put.query)")
    }
  }

  @Test("T163: a blob without a byte has a length, too, and one by sha512 says so")
  func empty() async throws {
    try await UploadScene.run { scene in
      let nothing = ImageFixture.Blob(mediaType: "application/octet-stream", bytes: [])
      try await scene.upload(nothing)
      #expect(scene.registry.blobs() == [nothing.digest])
      #expect(scene.server.requests[1].values("Content-Length") == ["0"])
      let digest = Digest.hash([1], algorithm: .sha512)
      let blob = Descriptor(mediaType: .ociLayer, digest: digest, size: 1)
      _ = try? await scene.client.beginUpload("team/app", blob)
      #expect(scene.server.requests.last?.queryValues("digest-algorithm") == ["sha512"])
    }
  }

  @Test("T161: what is handed to the socket is told, up to the blob's size, and a body comes from its own thread")
  func progress() async throws {
    try await UploadScene.run { scene in
      let positions = Mutex<[Int64]>([])
      try await scene.upload(large) { position in positions.withLock { $0.append(position) } }
      let told = positions.withLock(\.self)
      #expect(told == told.sorted())
      #expect(told.first == 0)
      #expect(told.last == large.size)
      #expect(told.count > 10)
    }
  }

  @Test("T161: a source that fails ends the request with its own error, and the session with it")
  func brokenSource() async throws {
    struct Broken: Error {}
    try await UploadScene.run { scene in
      let body = StreamedBody(length: 1_000_000) { _, sink in
        try await sink.write(ByteBuffer(repeating: 1, count: 1_000))
        throw Broken()
      }
      await #expect(throws: Broken.self) {
        try await scene.client.upload(
          "team/app", Descriptor(mediaType: .ociLayer, digest: .hash([1]), size: 1_000_000), body: UploadBody(body))
      }
      #expect(scene.registry.blobs().isEmpty)
      #expect(scene.registry.openSessions == 0)
    }
  }

  @Test("T201: an upload that is broken off ends its session, too, without asking for a right to delete")
  func interrupted() async throws {
    try await UploadScene.run(PushRegistry { $0.wantsToken = true }) { scene in
      let (begun, begin) = AsyncStream.makeStream(of: Void.self)
      let body = StreamedBody(length: 1_000_000) { _, sink in
        try await sink.write(ByteBuffer(repeating: 1, count: 1_000))
        begin.yield()
        try await Task.sleep(for: .seconds(3_600))
      }
      let upload = Task {
        try await scene.client.upload(
          "team/app", Descriptor(mediaType: .ociLayer, digest: .hash([1]), size: 1_000_000), body: UploadBody(body))
      }
      for await _ in begun { break }
      upload.cancel()
      await #expect(throws: (any Error).self) { try await upload.value }
      #expect(scene.server.requests.contains { $0.method == "DELETE" })
      #expect(scene.registry.openSessions == 0)
      let scopes = scene.server.requests.filter { $0.path == "/token" }.flatMap { $0.queryValues("scope") }
      #expect(Set(scopes) == ["repository:team/app:pull,push"])
    }
  }

  @Test(
    "T202: what is known to be worse with pieces gets blobs whole, or not at all",
    arguments: [
      ("ghcr.io", true), ("europe-docker.pkg.dev", true), ("eu.gcr.io", true), ("gcr.io", true),
      ("1.dkr.ecr.eu-west-1.amazonaws.com", true), ("harbor.example.com", false), ("notgcr.io", false),
      ("team.azurecr.io", false),
    ])
  func presets(_ host: String, _ takesWhole: Bool) {
    let habits = UploadHabits(host: host)
    #expect(habits.stepDown(from: .whole, tooMany: 100 << 20) == !takesWhole)
    #expect(habits.form == (takesWhole ? .whole : .chunks(16 << 20)))
  }

  @Test(
    "T164: where a whole blob is too much for what stands before the registry it goes in pieces, for the rest of the run"
  )
  func ladder() async throws {
    try await UploadScene.run(PushRegistry { $0.bodyLimit = 1 << 20 }, bodyLimit: 1 << 20) { scene in
      try await scene.upload(large)
      #expect(scene.registry.blobs() == [large.digest])
      #expect(scene.registry.openSessions == 0, "the session that came to nothing is ended")
      #expect(
        scene.asked == Self.whole + ["DELETE /blobs/uploads/S", "POST /blobs/uploads/S".replacing("/S", with: "/")]
          + Array(repeating: "PATCH /blobs/uploads/S", count: 3) + ["PUT /blobs/uploads/S"])
      let pieces = scene.server.requests.filter { $0.method == "PATCH" }
      #expect(pieces.map { $0.header("Content-Range") } == ["0-983039", "983040-1966079", "1966080-2499999"])
      #expect(pieces.map { $0.header("Content-Length") } == ["983040", "983040", "533920"])
      let close = try #require(scene.server.requests.last)
      #expect(close.values("Content-Length") == ["0"])
      try await scene.upload(small)
      #expect(scene.asked.suffix(2) == Self.whole, "what fits into one request goes in one")
    }
  }

  @Test("T164: PATCH may be answered by 201 and its like", arguments: [200, 201, 204])
  func chunkStatus(_ status: Int) async throws {
    let registry = PushRegistry {
      $0.bodyLimit = 1 << 20
      $0.chunkStatus = status
    }
    try await UploadScene.run(registry, bodyLimit: 1 << 20) { scene in
      try await scene.upload(large)
      #expect(scene.registry.blobs() == [large.digest])
    }
  }

  @Test("T164: where not even the smallest piece gets through the limit is named")
  func tooLarge() async throws {
    try await UploadScene.run(PushRegistry { $0.bodyLimit = 1 << 10 }, bodyLimit: 1 << 10) { scene in
      let error = await #expect(throws: RegistryError.self) { try await scene.upload(large) }
      #expect(error?.reason == .upload(.tooLarge(host: scene.server.origin, bytes: 960 << 10)))
      #expect(error?.failureClass == .refused)
    }
  }

  @Test("T165: a blob that another repository has is mounted: one request, no byte")
  func mounted() async throws {
    try await UploadScene.run { scene in
      scene.registry.keep(small, in: "team/base")
      let outcome = try await scene.upload(small, mountFrom: ["team/base"])
      #expect(outcome == .mounted(from: "team/base"))
      #expect(scene.registry.blobs() == [small.digest])
      #expect(scene.asked == ["POST /blobs/uploads/"])
      #expect(scene.server.requests[0].queryValues("from") == ["team/base"])
      // 202: the session that was begun is used.
      try await scene.upload(large, mountFrom: ["team/base"])
      #expect(scene.asked == ["POST /blobs/uploads/"] + Self.whole)
    }
  }

  @Test(
    "T165: a refused mount is no failure, whatever its status, and is not tried again",
    arguments: [400, 401, 403, 404, 405])
  func mountRefused(_ status: Int) async throws {
    try await UploadScene.run(PushRegistry { $0.mounts = .refused(status) }) { scene in
      let outcome = try await scene.upload(small, mountFrom: ["team/base"])
      #expect(outcome == .sent)
      #expect(scene.asked == ["POST /blobs/uploads/"] + Self.whole)
      try await scene.upload(large, mountFrom: ["team/base"])
      #expect(scene.asked == ["POST /blobs/uploads/"] + Self.whole + Self.whole)
    }
  }

  @Test(
    "T160: the token for a mount is for both repositories, the one that is pushed to first; the others need but one")
  func tokens() async throws {
    try await UploadScene.run(PushRegistry { $0.wantsToken = true }) { scene in
      try await scene.client.prepareToPush("team/app")
      scene.registry.keep(small, in: "team/base")
      let digest = try small.parsed.digest
      let presence = try await scene.client.presence(of: digest, in: "team/app", for: .pull)
      #expect(!presence.isPresent)
      try await scene.upload(small, mountFrom: ["team/base"])
      try await scene.upload(large)
      #expect(
        scene.server.requests("/token").map { $0.queryValues("scope") } == [
          ["repository:team/app:pull,push"], ["repository:team/app:pull,push", "repository:team/base:pull"],
        ])
      let unauthorized = scene.server.requests.filter { $0.status == 401 }
      #expect(unauthorized.map(\.path) == ["/v2/"], "nobody is turned away but the first who asks")
    }
  }

  @Test("T166: an answer that was lost is looked for, and nothing is sent twice")
  func lostAnswer() async throws {
    for change in [{ $0.lostAnswers = 1 }, { $0.gatewayTimeouts = 1 }]
      as [@Sendable (inout PushRegistry.Habits) -> Void]
    {
      try await UploadScene.run(PushRegistry(change)) { scene in
        try await scene.upload(small)
        #expect(scene.asked == Self.whole + ["HEAD /blobs/\(small.digest)"])
      }
    }
  }

  @Test("T166: a session that the registry lost, or whose body broke, is followed by a new one")
  func lostSession() async throws {
    for change in [{ $0.lostSessions = 2 }, { $0.brokenBodies = 1 }] as [@Sendable (inout PushRegistry.Habits) -> Void]
    {
      try await UploadScene.run(PushRegistry(change)) { scene in
        try await scene.upload(large)
        #expect(scene.registry.blobs() == [large.digest])
        let sessions = Set(scene.server.requests.filter { $0.method == "PUT" }.map(\.path))
        #expect(sessions.count == scene.server.requests.count { $0.method == "PUT" }, "each try has its own")
      }
    }
  }

  @Test("T166: a registry that loses each session is named so")
  func noSession() async throws {
    try await UploadScene.run(PushRegistry { $0.lostSessions = 100 }) { scene in
      let error = await #expect(throws: RegistryError.self) { try await scene.upload(small) }
      #expect(error?.reason == .upload(.sessionLost(host: scene.server.origin)))
      #expect(error?.tries == 4)
    }
  }

  @Test("T166: another answer than 201 is proven", arguments: [200, 202, 204])
  func otherStatus(_ status: Int) async throws {
    try await UploadScene.run(PushRegistry { $0.blobStatus = status }) { scene in
      try await scene.upload(small)
      #expect(scene.asked == Self.whole + ["HEAD /blobs/\(small.digest)"])
    }
  }

  @Test("T162: an upload elsewhere gets no credentials, and none goes to a private address of another host")
  func elsewhere() async throws {
    let registry = PushRegistry {
      $0.wantsToken = true
      $0.location = .other("http://10.0.0.7")
    }
    try await UploadScene.run(registry) { scene in
      let error = await #expect(throws: RegistryError.self) { try await scene.upload(small) }
      guard case .upload(.locationRefused(_, .privateAddress)) = error?.reason else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(!scene.asked.contains { $0.hasPrefix("PUT") })
    }
  }

  @Test("T167: a quota, a missing project and a missing right are told apart, in Harbor's own answers")
  func refusals() async throws {
    func reason(_ change: (inout PushRegistry.Habits) -> Void) async throws -> RegistryError? {
      let found = Mutex<RegistryError?>(nil)
      try await UploadScene.run(PushRegistry(change)) { scene in
        let error = await #expect(throws: RegistryError.self) { try await scene.upload(small) }
        found.withLock { $0 = error }
      }
      return found.withLock(\.self)
    }
    let quota = try await reason { $0.quota = 2_000 }
    guard case .upload(.quotaExceeded) = quota?.reason else {
      Issue.record("\(String(describing: quota))")
      return
    }
    #expect(quota?.failureClass == .refused)
    let project = try await reason { $0.lacksProject = true }
    guard case .upload(.nameMissing(_, "team/app")) = project?.reason else {
      Issue.record("\(String(describing: project))")
      return
    }
    #expect(project?.failureClass == .notFound)
    let right = try await reason {
      $0.wantsToken = true
      $0.deniesPush = true
    }
    guard case .upload(.denied(_, "team/app")) = right?.reason else {
      Issue.record("\(String(describing: right))")
      return
    }
    #expect(right?.failureClass == .authentication)
  }

  @Test("T163: a proxy that redirects a POST is named, and nothing is read in its place")
  func redirected() async throws {
    try await UploadScene.run { scene in
      scene.server.addFirst(
        Rule("POST", "/v2/team/app/blobs/uploads/", .redirect(301, to: "/v2/team/app/blobs/uploads")))
      let error = await #expect(throws: RegistryError.self) { try await scene.upload(small) }
      guard case .network(.redirectRefused(_, _, .changesMethod)) = error?.reason else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(scene.asked == ["POST /blobs/uploads/"])
    }
  }
}
