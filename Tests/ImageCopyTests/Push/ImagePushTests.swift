import ImageModel
import ManualClocks
import PullScenes
import RegistryClient
import ScriptedServer
import Synchronization
import Testing

@testable import ImageCopy

@Suite("Pushes")
struct ImagePushTests {
  private static let name = "docker.io/team/app:1"
  private let image = ImageFixture(layers: [200_000, 300, 50_000], seed: 168)
  private let other = ImageFixture(layers: [200_000, 400], seed: 168, architecture: "arm64")

  @Test("T168: the image keeps its digest; blobs come first, its name last; a second push sends nothing")
  func pushed() async throws {
    try await PushScene.run { scene in
      try scene.layout.write([(image.manifest, Self.name)], contents: [image])
      let (result, events) = try await scene.push(scene.request())
      #expect(result.images.map { "\($0.digest)" } == [image.manifest.digest])
      #expect(result.blobsSent == 4)
      #expect(result.bytesSent == image.blobs.reduce(0) { $0 + $1.size })
      #expect(scene.registry.manifest("1") == image.manifest.bytes)
      #expect(scene.registry.blobs() == Set(image.blobs.map(\.digest)))
      let puts = scene.server.requests.filter { $0.method == "PUT" }.map(\.path)
      #expect(puts.last == "/v2/team/app/manifests/1")
      #expect(puts.dropLast().allSatisfy { $0.contains("/uploads/") })
      guard case .started(let plan)? = events.first(where: { if case .started = $0 { true } else { false } }) else {
        Issue.record("no plan")
        return
      }
      #expect(plan.blobs.map(\.size) == plan.blobs.map(\.size).sorted(by: >), "the largest first")

      let before = scene.server.requests.count
      let again = try await scene.push(scene.request()).result
      #expect(again.images.map(\.wasThere) == [true])
      #expect(again.bytesSent == 0)
      #expect(again.blobsPresent == 4, "T205: what was not sent is told")
      let asked = scene.server.requests[before...].map(\.method)
      #expect(!asked.contains("PUT") && !asked.contains("POST"), "\(asked)")
    }
  }

  @Test("T168: what is there is not sent again, and nothing is sent to find that out")
  func present() async throws {
    try await PushScene.run { scene in
      try scene.layout.write([(image.manifest, Self.name)], contents: [image])
      scene.registry.keep(image.layers[0])
      let plan = try await scene.plan(scene.request())
      #expect(plan.blobsPresent == 1)
      #expect(plan.bytesToSend == image.blobs.reduce(0) { $0 + $1.size } - 200_000)
      #expect(scene.server.requests.allSatisfy { ["GET", "HEAD"].contains($0.method) })
      let result = try await scene.push(scene.request()).result
      #expect(result.blobsSent == 3)
      #expect(scene.count("POST", "/uploads/") == 3)
      #expect(scene.count("HEAD", "/manifests/") == 2, "a tag is asked for by HEAD, once a run")
      #expect(scene.count("GET", "/manifests/") == 0)
    }
  }

  @Test("T205: of images that are there, and of one that shares blobs with them, each blob is counted once")
  func countedOnce() async throws {
    try await PushScene.run { scene in
      try scene.layout.write([(image.manifest, Self.name)], contents: [image])
      #expect(try await scene.push(scene.request()).result.blobsPresent == 0)
      let plan = try await scene.plan(scene.request())
      #expect(plan.blobsPresent == 4)
      #expect(plan.bytesPresent == image.blobs.reduce(0) { $0 + $1.size })
      #expect(plan.bytesToSend == 0)
    }
  }

  @Test("T168: of an index the manifests come before it, and the index gets the tag")
  func index() async throws {
    try await PushScene.run { scene in
      let index = ImageFixture.index([image, other])
      try scene.layout.write([(index, Self.name)], contents: [image, other])
      let result = try await scene.push(scene.request()).result
      #expect(result.images.map { "\($0.digest)" } == [index.digest])
      let manifests = scene.server.requests.filter { $0.method == "PUT" && $0.path.contains("/manifests/") }
      #expect(
        manifests.map { $0.path.replacing("/v2/team/app/manifests/", with: "") } == [
          image.manifest.digest, other.manifest.digest, "1",
        ])
      #expect(scene.count("POST", "/uploads/") == 6, "a layer of both is sent once")

      var one = try scene.request("team/one:1")
      one.platform = Platform(os: "linux", architecture: "arm64")
      let alone = try await scene.push(one).result
      #expect(alone.images.map { "\($0.digest)" } == [other.manifest.digest])
      #expect(scene.registry.manifest("1", "team/one") == other.manifest.bytes)
    }
  }

  @Test("T168: an index whose manifests are not all there is not pushed as if it were whole")
  func sparse() async throws {
    try await PushScene.run { scene in
      let index = ImageFixture.index([image, other])
      try scene.layout.write([(index, Self.name)], contents: [image])
      let error = await #expect(throws: CopyError.self) { try await scene.push(scene.request()) }
      guard case .incompleteIndex(_, let absent, _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(absent.map { "\($0)" } == [other.manifest.digest])
      #expect(!scene.server.requests.contains { $0.method == "POST" })
    }
  }

  @Test("T168: wrong bytes in the archive: nothing with them is stored, and nothing is tagged")
  func damaged() async throws {
    try await PushScene.run { scene in
      try scene.layout.write([(image.manifest, Self.name)], contents: [image])
      var bytes = image.layers[0].bytes
      bytes[100_000] ^= 1
      try scene.layout.write(bytes, to: "blobs/sha256/\(image.layers[0].digest.dropFirst(7))")
      let error = await #expect(throws: CopyError.self) { try await scene.push(scene.request()) }
      let digest = try Digest(parsing: image.layers[0].digest)
      #expect(error == .wrongBytes(digest, place: scene.layout.path))
      #expect(scene.registry.manifest("1") == nil)
      #expect(!scene.registry.blobs().contains(image.layers[0].digest))
      #expect(scene.count("PUT", "/manifests/") == 0)
    }
  }

  @Test("T168: a registry that refuses a blob keeps the tag that it has")
  func refused() async throws {
    try await PushScene.run(PushRegistry { $0.quota = 100_000 }) { scene in
      try scene.layout.write([(image.manifest, Self.name)], contents: [image])
      let error = await #expect(throws: RegistryError.self) { try await scene.push(scene.request()) }
      guard case .upload(.quotaExceeded) = error?.reason else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(scene.registry.manifest("1") == nil)
    }
  }

  @Test(
    "T168: the base of a delta is looked for before anything is sent, named where it is missing, and mounted where it is near"
  )
  func delta() async throws {
    try await PushScene.run { scene in
      let base = "\(scene.server.authority)/team/base:1"
      let layer = image.layers[0]
      try scene.layout.write(
        [(image.manifest, Self.name)], contents: [image],
        annotations: #","io.dray.delta.absent":"\#(layer.digest)","io.dray.delta.base":"\#(base)""#)
      try scene.layout.remove(layer)
      let error = await #expect(throws: CopyError.self) { try await scene.push(scene.request()) }
      guard case .blobsMissing(let missing, let bases, _, _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(missing.map { "\($0)" } == [layer.digest])
      #expect(bases.count == 1)
      #expect(!scene.server.requests.contains { ["POST", "PUT", "PATCH"].contains($0.method) })

      scene.registry.keep(layer, in: "team/base")
      let (result, events) = try await scene.push(scene.request())
      #expect(result.blobsMounted == 1)
      #expect(result.blobsSent == 3)
      #expect(
        events.contains {
          if case .mounted(let digest, "team/base") = $0 { "\(digest)" == layer.digest } else { false }
        })
      #expect(scene.registry.manifest("1") == image.manifest.bytes)
    }
  }

  @Test("T168: a registry that cannot say whether it has the base of a delta is not told to lack it")
  func unknownBase() async throws {
    try await PushScene.run { scene in
      let layer = image.layers[0]
      try scene.layout.write(
        [(image.manifest, Self.name)], contents: [image],
        annotations: #","io.dray.delta.absent":"\#(layer.digest)","io.dray.delta.base":"h.example/base:1""#)
      try scene.layout.remove(layer)
      scene.server.addFirst(Rule("HEAD", "/v2/team/app/blobs/\(layer.digest)", Reply(501)))
      let error = await #expect(throws: RegistryError.self) { try await scene.push(scene.request()) }
      #expect(error?.reason == .network(.serverFailure(status: 501)))
      #expect(!scene.server.requests.contains { ["POST", "PUT"].contains($0.method) })
    }
  }

  @Test("T168: all images of an archive go below a path; a layer of two of them is sent once and mounted")
  func below() async throws {
    try await PushScene.run { scene in
      try scene.layout.write(
        [(image.manifest, "docker.io/library/one:1"), (other.manifest, "ghcr.io/team/two:2")], contents: [image, other])
      var request = try scene.request()
      request.target = .below(try RegistryName(parsing: scene.server.authority), path: "mirror")
      let result = try await scene.push(request).result
      #expect(
        result.images.map { $0.reference.repository } == ["mirror/one", "mirror/team/two"])
      #expect(scene.registry.manifest("1", "mirror/one") == image.manifest.bytes)
      #expect(scene.registry.manifest("2", "mirror/team/two") == other.manifest.bytes)
      let uploaded = scene.server.requests.filter { $0.method == "PUT" && $0.path.contains("/uploads/") }
      #expect(uploaded.count == 6)
      let several = await #expect(throws: PushError.self) { try await scene.push(scene.request()) }
      #expect(several?.failureClass == .usage)
      var chosen = try scene.request("team/chosen:3")
      chosen.image = "ghcr.io/team/two:2"
      _ = try await scene.push(chosen)
      #expect(scene.registry.manifest("3", "team/chosen") == other.manifest.bytes)
    }
  }

  @Test("T168: an immutable tag that stands for this very image is no obstacle")
  func immutable() async throws {
    try await PushScene.run(PushRegistry { $0.immutableTags = ["1"] }) { scene in
      try scene.layout.write([(image.manifest, Self.name)], contents: [image])
      _ = try await scene.push(scene.request())
      #expect(try await scene.push(scene.request()).result.images.map(\.wasThere) == [true])
      scene.registry.keep(manifest: other.manifest, as: "1")
      let error = await #expect(throws: RegistryError.self) { try await scene.push(scene.request()) }
      #expect(error?.reason == .upload(.tagImmutable("1")))
    }
  }

  @Test("T379: once all is sent and the registry is silent it is told that it is waited for, and for how much")
  func awaited() async throws {
    try await PushScene.run { scene in
      try scene.layout.write([(image.manifest, Self.name)], contents: [image])
      let (opened, open) = AsyncStream.makeStream(of: Void.self)
      // What stands before the registry takes all of it, and the registry is not done with the largest.
      let largest = image.layers[0].digest
      scene.server.addFirst(
        Rule("PUT", "/v2/team/app/blobs/uploads/*") {
          [registry = scene.registry, origin = scene.server.origin] request in
          let reply = registry.reply(to: request, origin: origin)
          if request.queryValues("digest") == [largest] { for await _ in opened { break } }
          return reply
        })
      let clock = ManualClock()
      let awaited = Mutex<[Int]>([])
      async let second: [Int] = {
        await clock.waitForSleepers(1)
        let before = awaited.withLock(\.self)
        clock.advance(by: .seconds(1))
        return before
      }()
      let result = try await ImagePush(scene.request(), TwoRegistries.access, clock: clock).run { event in
        guard case .awaitsRegistry(let blobs) = event else { return }
        awaited.withLock { $0.append(blobs) }
        open.yield()
      }
      #expect(await second == [], "told before the registry was silent for a second")
      // Of the others some may have been answered meanwhile, for no time passes but that second.
      let told = awaited.withLock(\.self)
      #expect(told.count == 1 && told.allSatisfy((1...4).contains), "\(told)")
      #expect(result.blobsSent == 4)
    }
  }

  @Test("T379: what a silent registry has answered is not counted")
  func counted() async throws {
    let clock = ManualClock()
    let watch = SentWatch([100, 0, 100], clock: clock)
    for blob in [0, 2] { watch.moved(blob, to: 100) }
    for _ in 0..<2 { watch.taken() }
    async let blobs = watch.silence()
    await clock.waitForSleepers(1)
    clock.advance(by: .seconds(1))
    #expect(try await blobs == 1)
  }

  @Test("T379: a registry that answers within a second is not spoken of")
  func answered() async throws {
    let clock = ManualClock()
    let watch = SentWatch([100, 0], clock: clock)
    let silence = Task { try await watch.silence() }
    watch.moved(0, to: 100)
    await clock.waitForSleepers(1)
    for _ in 0..<2 { watch.taken() }
    clock.advance(by: .seconds(1))
    // Time to be wrong.
    for _ in 0..<1_000 { await Task.yield() }
    silence.cancel()
    await #expect(throws: CancellationError.self) { try await silence.value }
  }
}
