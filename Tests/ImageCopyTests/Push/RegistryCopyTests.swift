import ImageModel
import MachineConfiguration
import PullScenes
import RegistryAuth
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("Copies from registry to registry")
struct RegistryCopyTests {
  private let image = ImageFixture(layers: [5_000_000, 300, 50_000], seed: 195)
  private let other = ImageFixture(layers: [5_000_000, 400], seed: 195, architecture: "arm64")

  @Test("T195: the image keeps its digest; a second copy asks both sides for the digest, and nothing more")
  func copied() async throws {
    try await TwoRegistries.run { scene in
      scene.source.keep(image, as: "1")
      let (result, events) = try await scene.copy(try scene.request())
      #expect(result.images.map { "\($0.digest)" } == [image.manifest.digest])
      #expect(result.blobsSent == 4)
      #expect(scene.target.registry.manifest("1", "copy/app") == image.manifest.bytes)
      #expect(scene.target.registry.blobs("copy/app") == Set(image.blobs.map(\.digest)))
      let puts = scene.target.server.requests.filter { $0.method == "PUT" }.map(\.path)
      #expect(puts.last == "/v2/copy/app/manifests/1")
      #expect(scene.source.server.requests.allSatisfy { ["GET", "HEAD"].contains($0.method) })
      guard case .started(let plan)? = events.first else {
        Issue.record("no plan")
        return
      }
      #expect(plan.bytesToSend == image.blobs.reduce(0) { $0 + $1.size })

      let (source, target) = (scene.source.server.requests.count, scene.target.server.requests.count)
      var request = try scene.request()
      request.bringsReferrers = false
      let again = try await scene.copy(request).result
      #expect(again.images.map(\.wasThere) == [true])
      let asked = scene.target.server.requests[target...].filter { $0.path != "/v2/" }
      #expect(asked.map(\.method) == ["HEAD"], "\(asked.map(\.path))")
      #expect(scene.source.server.requests[source...].filter { $0.path != "/v2/" }.map(\.method) == ["HEAD"])
    }
  }

  @Test("T195: nothing at the target is asked for by GET but what refers to the image, when nothing has changed")
  func unchangedWithReferrers() async throws {
    try await TwoRegistries.run(to: PushRegistry { $0.listsReferrers = true }) { scene in
      scene.source.keep(image, as: "1")
      _ = try await scene.copy(try scene.request())
      let before = scene.target.server.requests.count
      let again = try await scene.copy(try scene.request()).result
      #expect(again.blobsPresent == image.blobs.count, "T205: what was not sent is told")
      let asked = scene.target.server.requests[before...].filter { $0.path != "/v2/" }
      #expect(asked.allSatisfy { $0.method == "HEAD" }, "\(asked.map { "\($0.method) \($0.path)" })")
    }
  }

  @Test("T195: of an index the manifests go before it; of one platform its manifest alone goes, with its own digest")
  func index() async throws {
    try await TwoRegistries.run { scene in
      let index = ImageFixture.index([image, other])
      scene.source.keep(image, as: "amd")
      scene.source.keep(other, as: "arm")
      scene.source.registry.keep(manifest: index, as: "1")
      let result = try await scene.copy(try scene.request()).result
      #expect(result.images.map { "\($0.digest)" } == [index.digest])
      let manifests = scene.target.server.requests.filter { $0.method == "PUT" && $0.path.contains("/manifests/") }
      #expect(
        manifests.map { $0.path.replacing("/v2/copy/app/manifests/", with: "") } == [
          image.manifest.digest, other.manifest.digest, "1",
        ])
      #expect(result.blobsSent == 6, "a layer of both is sent once")

      var one = try scene.request(to: "copy/one:1")
      one.platform = Platform(os: "linux", architecture: "arm64")
      let alone = try await scene.copy(one).result
      #expect(alone.images.map { "\($0.digest)" } == [other.manifest.digest])
      #expect(scene.target.registry.manifest("1", "copy/one") == other.manifest.bytes)
    }
  }

  @Test("T195: an index that the source lacks parts of is not copied as if it were whole, and nothing is sent")
  func sparse() async throws {
    try await TwoRegistries.run { scene in
      scene.source.keep(image, as: "amd")
      scene.source.registry.keep(manifest: ImageFixture.index([image, other]), as: "1")
      let error = await #expect(throws: CopyError.self) { try await scene.copy(try scene.request()) }
      guard case .incompleteIndex(_, let absent, _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(absent.map { "\($0)" } == [other.manifest.digest])
      #expect(!scene.target.server.requests.contains { $0.method == "POST" })
    }
  }

  @Test("T196: within one registry blobs are mounted from the source's repository")
  func mounted() async throws {
    try await TwoRegistries.run { scene in
      scene.target.keep(image, as: "1", in: "dev/app")
      let request = PushRequest(
        [.image(try scene.target.reference("dev/app:1"))], to: .image(try scene.target.reference("prod/app:1")))
      let result = try await scene.copy(request).result
      #expect(result.blobsMounted == 4)
      #expect(result.bytesSent == 0)
      #expect(scene.target.registry.manifest("1", "prod/app") == image.manifest.bytes)
      #expect(scene.target.count("GET", "/blobs/") == 0)
    }
  }

  @Test("T196: a mount asks for a token for both repositories")
  func mountScopes() async throws {
    try await TwoRegistries.run(to: PushRegistry { $0.wantsToken = true }) { scene in
      scene.target.keep(image, as: "1", in: "dev/app")
      let request = PushRequest(
        [.image(try scene.target.reference("dev/app:1"))], to: .image(try scene.target.reference("prod/app:1")))
      let result = try await scene.copy(request).result
      #expect(result.blobsMounted == 4)
      let scopes = scene.target.server.requests.filter { $0.path == "/token" }.map { $0.queryValues("scope") }
      #expect(scopes.contains(["repository:prod/app:pull,push", "repository:dev/app:pull"]), "\(scopes)")
    }
  }

  @Test("T196: several images go to a place under their own names; what they share is read and sent once")
  func several() async throws {
    try await TwoRegistries.run { scene in
      scene.source.keep(image, as: "1", in: "team/one")
      scene.source.keep(other, as: "2", in: "team/two")
      let registry = try RegistryName(parsing: scene.target.server.authority)
      let request = PushRequest(
        [.image(try scene.source.reference("team/one:1")), .image(try scene.source.reference("team/two:2"))],
        to: .below(registry, path: "mirror"))
      let result = try await scene.copy(request).result
      #expect(result.images.map { $0.reference.repository } == ["mirror/team/one", "mirror/team/two"])
      #expect(scene.target.registry.manifest("1", "mirror/team/one") == image.manifest.bytes)
      #expect(scene.target.registry.manifest("2", "mirror/team/two") == other.manifest.bytes)
      #expect(scene.target.count("PUT", "/uploads/") == 6)
      let shared = image.layers[0].digest
      let read = scene.source.server.requests.filter { $0.method == "GET" && $0.path.contains("/blobs/") }
      #expect(Set(read.filter { $0.path.hasSuffix(shared) }.map(\.path)).count == 1)
    }
  }

  @Test("T196: two images that would get one name are told before anything is sent")
  func sameName() async throws {
    try await TwoRegistries.run { scene in
      scene.source.keep(image, as: "1", in: "team/app")
      try await ScriptedServer.run { third in
        let registry = PushRegistry()
        registry.serve(on: third)
        registry.keep(manifest: other.manifest, as: "1")
        let target = try RegistryName(parsing: scene.target.server.authority)
        let request = PushRequest(
          [
            .image(try scene.source.reference("team/app:1")),
            .image(try ImageReference(parsing: "\(third.authority)/team/app:1")),
          ], to: .below(target, path: ""))
        let error = await #expect(throws: ImageNamingError.self) { try await scene.copy(request) }
        let images = try ["\(scene.source.reference("team/app:1"))", "\(third.authority)/team/app:1"]
        #expect(error == .sameName("\(scene.target.server.authority)/team/app:1", images: images))
        #expect(!scene.target.server.requests.contains { $0.method == "POST" })
      }
    }
  }

  @Test("T197: a mirror is asked first; what fails there goes on at the source itself, from the same byte")
  func mirrors() async throws {
    try await TwoRegistries.run { scene in
      scene.source.keep(image, as: "1")
      try await ScriptedServer.run { mirror in
        let registry = PushRegistry()
        registry.serve(on: mirror)
        for blob in image.blobs where blob.digest != image.layers[1].digest { registry.keep(blob) }
        registry.keep(manifest: image.manifest, as: "1")
        // The second piece of the large layer is not to be had there.
        mirror.addFirst(
          Rule("GET", "/v2/team/app/blobs/\(image.layers[0].digest)") { request in
            request.header("Range")?.hasPrefix("bytes=0-") ?? true
              ? Reply.blob(ReplyBody(image.layers[0].bytes), for: request) : Reply(404)
          })
        var from = TwoRegistries.access
        from.mirrors = [try #require(MirrorName(parsing: "http://\(mirror.authority)"))]
        let result = try await scene.copy(try scene.request(), from: from).result
        #expect(result.blobsSent == 4)
        #expect(scene.target.registry.blobs("copy/app") == Set(image.blobs.map(\.digest)))
        #expect(mirror.requests.contains { $0.path.contains("/blobs/") })
        #expect(scene.source.count("GET", image.layers[1].digest) == 1)
      }
    }
  }

  @Test("T197: the login of each side goes to that side alone")
  func logins() async throws {
    try await TwoRegistries.run(
      from: PushRegistry { $0.wantsToken = true }, to: PushRegistry { $0.wantsToken = true }
    ) { scene in
      scene.source.keep(image, as: "1")
      _ = try await scene.copy(
        try scene.request(), access(of: scene.target.server.authority, "to", "canary-target"),
        from: access(of: scene.source.server.authority, "from", "canary-source"))
      for (side, name) in [(scene.source, "from"), (scene.target, "to")] {
        let logins = side.server.requests.filter { $0.path == "/token" }.map {
          $0.basicCredentials?.split(separator: ":").first.map(String.init)
        }
        #expect(!logins.isEmpty && logins.allSatisfy { $0 == name }, "\(logins)")
      }
    }
  }

  private func access(of registry: String, _ name: String, _ password: String) -> RegistryAccess {
    var access = RegistryAccess(
      credentials: CredentialChain.standard(
        commandLine: FoundCredential(.password(username: name, password: password), from: .commandLine),
        registries: [registry], authFile: nil, environment: CredentialEnvironment(variables: [:], userID: 0)))
    access.usesPlainHTTP = true
    return access
  }

  @Test("T303: a small blob is read while its upload begins")
  func early() async throws {
    let image = ImageFixture(layers: [300], seed: 303)
    try await TwoRegistries.run { scene in
      scene.source.keep(image, as: "1")
      let (source, target) = (scene.source, scene.target)
      // Without an answer to the first upload nothing of it can be sent.
      target.server.addFirst(
        Rule("POST", "/v2/copy/app/blobs/uploads/") { request in
          let digest = request.queryValues("mount").first ?? ""
          var count = 1
          while source.server.requests("/v2/team/app/blobs/\(digest)").isEmpty {
            await source.server.requestsArrived(count)
            count = source.server.requests.count + 1
          }
          return target.registry.reply(to: request, origin: target.server.origin)
        })
      let result = try await scene.copy(try scene.request()).result
      #expect(result.blobsSent == 2)
      #expect(target.registry.blobs("copy/app") == Set(image.blobs.map(\.digest)))
    }
  }

  @Test("T197: wrong bytes from the source are never stored, and nothing is tagged")
  func damaged() async throws {
    try await TwoRegistries.run { scene in
      scene.source.keep(image, as: "1")
      var bytes = image.layers[0].bytes
      bytes[100_000] ^= 1
      let wrong = bytes
      scene.source.server.addFirst(
        Rule("GET", "/v2/team/app/blobs/\(image.layers[0].digest)") { Reply.blob(ReplyBody(wrong), for: $0) })
      let error = await #expect(throws: CopyError.self) { try await scene.copy(try scene.request()) }
      guard case .wrongBytes = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(scene.target.registry.manifest("1", "copy/app") == nil)
      #expect(!scene.target.registry.blobs("copy/app").contains(image.layers[0].digest))
    }
  }

  @Test("T378: a copy goes in smaller and smaller pieces, too: what was read for a refused request is read again")
  func pieces() async throws {
    let image = ImageFixture(layers: [2_500_000], seed: 378)
    try await TwoRegistries.run(to: PushRegistry { $0.bodyLimit = 1 << 20 }) { scene in
      scene.source.keep(image, as: "1")
      let request = PushRequest(
        [.image(try scene.source.reference("team/app:1"))], to: .image(try scene.target.reference("mirror/app:1")))
      let result = try await ImagePush(request, TwoRegistries.access).run { _ in }
      #expect(result.images.map(\.digest.description) == [image.manifest.digest])
      #expect(scene.target.registry.blobs("mirror/app") == Set(image.blobs.map(\.digest)))
      let pieces = scene.target.server.requests.filter { $0.method == "PATCH" }
      #expect(pieces.map { $0.header("Content-Range") } == ["0-983039", "983040-1966079", "1966080-2499999"])
    }
  }
}
