import HTTPTypes
import ImageArchive
import ImageModel
import NIOCore
import TemporaryFolders
import Testing

@testable import RegistryServer

/// Manifests that are pushed into a layout, and what is read of it then.
@Suite struct ManifestPushTests {
  private let repository = "docker.io/team/app"

  @Test func `T281 What was pushed is in the layout, under its name`() async throws {
    let scene = try PushScene()
    let (answer, manifest) = try await scene.push(image: "layer", as: "1.0")
    let digest = Digest.hash(manifest)
    #expect(answer.status == .created)
    #expect(answer.fields[.location] == "/v2/team/app/manifests/\(digest)")
    #expect(answer.fields[.dockerContentDigest] == "\(digest)")
    #expect(scene.images.tags(of: repository) == ["1.0"])
    #expect(scene.images.manifest("1.0", in: repository)?.digest == digest)
    #expect(scene.images.manifest("\(digest)", in: repository)?.mediaType == .ociManifest)
    #expect(scene.images.repositories == [repository])

    let archive = try StoredArchive(opening: scene.folder.path.appending("layout"))
    #expect(archive.images.map { $0.names.map(\.qualifiedName) } == [["docker.io/team/app:1.0"]])
    #expect(scene.blob(digest) == manifest)
  }

  @Test func `T505 Tags that are pushed at the same time are all in index.json when they are answered`() async throws {
    let scene = try PushScene()
    let layer = try await scene.push(blob: Array("layer".utf8))
    let config = try await scene.push(blob: Array("{}".utf8))
    let manifests = (0..<3).map { PushScene.manifest(config, Array(repeating: layer, count: $0)) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<60 {
        group.addTask {
          // Some want the same tag.
          let tag = "t\(number % 40)"
          #expect(try await scene.put(manifests[number % 3], as: tag).status == .created)
          let index = String(decoding: try scene.folder.read("layout/index.json"), as: UTF8.self)
          #expect(index.contains("docker.io/team/app:\(tag)\""))
        }
      }
      try await group.waitForAll()
    }
    let all = Set((0..<40).map { "t\($0)" })
    #expect(Set(scene.images.tags(of: repository)) == all)
    let again = try PushedImages(LayoutStore(scene.folder.path.appending("layout")))
    #expect(Set(again.tags(of: repository)) == all)
    for tag in all { #expect(again.manifest(tag, in: repository) == scene.images.manifest(tag, in: repository)) }
  }

  @Test func `T505 Of two manifests that are pushed at the same time to a tag that is kept, one is refused`()
    async throws
  {
    for round in 0..<20 {
      let scene = try PushScene { $0.keepsTags = true }
      let layer = try await scene.push(blob: Array("layer".utf8))
      let config = try await scene.push(blob: Array("{}".utf8))
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for count in 0..<4 {
          group.addTask {
            try await scene.put(PushScene.manifest(config, Array(repeating: layer, count: count)), as: "1").status.code
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(statuses.sorted() == [201, 409, 409, 409], "\(round)")
    }
  }

  @Test func `T505 What another program adds to the layout meanwhile stays`() async throws {
    let scene = try PushScene()
    try await scene.push(image: "layer", as: "1")
    let path = scene.folder.path.appending("layout")
    let other = try PushedImages(LayoutStore(path))
    let manifest = try #require(other.manifest("1", in: repository))
    let name = try ImageReference(parsing: "quay.io/b/c:2")
    _ = try other.store.changeIndex { $0.put(manifest, name: name, annotations: [:]) }
    try await scene.push(image: "another", as: "3")
    #expect(scene.images.repositories == ["docker.io/team/app", "quay.io/b/c"])
    #expect(try PushedImages(LayoutStore(path)).tags(of: repository) == ["1", "3"])
  }

  @Test(arguments: [
    ("/v2/quay.io/team/app", "quay.io/team/app"), ("/v2/nginx", "docker.io/library/nginx"),
    ("/v2/localhost:5000/app", "localhost:5000/app"),
  ])
  func `The registry of a name is kept`(path: String, name: String) async throws {
    let scene = try PushScene()
    try await scene.push(image: "layer", as: "1.0", to: String(path.dropFirst(4)))
    #expect(scene.images.repositories == [name])
  }

  @Test func `T282 A restart finds what was pushed, tagged or not`() async throws {
    let folder = try TemporaryFolder()
    var digests: [Digest] = []
    do {
      let scene = try PushScene(in: folder)
      digests.append(Digest.hash(try await scene.push(image: "old", as: "1.0").manifest))
      digests.append(Digest.hash(try await scene.push(image: "new", as: "1.0").manifest))
    }
    let scene = try PushScene(in: folder)
    #expect(scene.images.tags(of: repository) == ["1.0"])
    #expect(scene.images.manifest("1.0", in: repository)?.digest == digests[1])
    #expect(scene.images.manifest("\(digests[0])", in: repository) != nil)
  }

  @Test func `T283 A manifest whose parts are missing is refused`() async throws {
    let scene = try PushScene()
    let config = try await scene.push(blob: Array("{}".utf8))
    let missing = Descriptor(mediaType: .ociLayer, digest: .hash([1, 2, 3]), size: 3)
    let manifest = PushScene.manifest(config, [missing])
    let answer = try await scene.put(manifest, as: "1.0")
    #expect(answer.status == .notFound)
    #expect(answer.text.contains("MANIFEST_BLOB_UNKNOWN"))
    #expect(answer.text.contains("\(missing.digest)"))
    let index = try await scene.put(PushScene.index([manifest]), as: "1.0")
    #expect(index.text.contains("MANIFEST_BLOB_UNKNOWN"))
    #expect(scene.images.repositories.isEmpty)
    #expect(scene.blob(Digest.hash(manifest)) == nil)
  }

  @Test func `A manifest with another digest than its address is refused`() async throws {
    let scene = try PushScene()
    let (_, manifest) = try await scene.push(image: "layer", as: "1.0")
    let answer = try await scene.put(manifest + Array("  ".utf8), as: "\(Digest.hash(manifest))")
    #expect(answer.status == .badRequest)
    #expect(answer.text.contains("DIGEST_INVALID"))
    let malformed = try await scene.send(.put, "/v2/team/app/manifests/sha256:bad", body: [manifest])
    #expect(malformed.status == .badRequest)
  }

  @Test(
    "T490: a manifest that is refused is told so in plain words",
    arguments: [
      ("{x", "the manifest is not a JSON object"), ("{}", "the manifest has no field schemaVersion"),
      (#"{"schemaVersion":2}"#, "the manifest has no field config"),
      (#"{"schemaVersion":2,"a":1,"a":2}"#, "the manifest's JSON has the key a twice"),
      (
        #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#,
        "the manifest says it is application/vnd.oci.image.index.v1+json, and Content-Type says"
      ),
    ])
  func refusedManifest(text: String, words: String) async throws {
    let answer = try await PushScene().send(
      .put, "/v2/team/app/manifests/1", [.contentType: MediaType.ociManifest.rawValue], body: [Array(text.utf8)])
    #expect(answer.status == .badRequest)
    #expect(answer.text.contains(#"{"code":"MANIFEST_INVALID","message":"\#(words)"#), "\(answer.text)")
  }

  @Test func `A manifest may have four mebibytes and no more`() async throws {
    let scene = try PushScene()
    let (_, manifest) = try await scene.push(image: "layer", as: "1.0")
    let padded = manifest + [UInt8](repeating: 0x20, count: 4 << 20 - manifest.count)
    #expect(try await scene.put(padded, as: "padded").status == .created)
    let larger = try await scene.put(padded + [0x20], as: "larger")
    #expect(larger.status == .contentTooLarge)
  }

  @Test("T455: where tags are kept, one that is there, pushed or served beside, is given to no other manifest")
  func keptTags() async throws {
    var served = ServedContents()
    served.repositories[repository] = .init()
    served.repositories[repository]?.tags["2.0"] = .hash([])
    let scene = try PushScene(elsewhere: served, limits: { $0.keepsTags = true })
    let (answer, manifest) = try await scene.push(image: "layer", as: "1.0")
    let digest = Digest.hash(manifest)
    #expect(answer.status == .created)
    #expect(try await scene.push(image: "layer", as: "1.0").answer.status == .created)
    for (tag, known) in [("1.0", digest), ("2.0", .hash([]))] {
      let (refused, other) = try await scene.push(image: "other", as: tag)
      #expect(refused.status == .conflict)
      #expect(refused.text.contains(#"[{"code":"DENIED""#), "\(refused.text)")
      #expect(refused.text.contains("team/app:\(tag)") && refused.text.contains("\(known)"), "\(refused.text)")
      #expect(scene.blob(.hash(other)) == nil)
    }
    #expect(scene.images.manifest("1.0", in: repository)?.digest == digest)
    #expect(scene.images.tags(of: repository) == ["1.0"])
    #expect(try await scene.push(image: "other", as: "3.0").answer.status == .created)
    #expect(try await scene.send(.delete, "/v2/team/app/manifests/1.0").status == .accepted)
    #expect(try await scene.push(image: "other", as: "1.0").answer.status == .created)
  }

  @Test func `T284 What refers to an image is listed with it, before and after the image comes`() async throws {
    let folder = try TemporaryFolder()
    let subject = Digest.hash(Array("not pushed yet".utf8))
    let signature: Digest
    do {
      let scene = try PushScene(in: folder)
      let (answer, manifest) = try await scene.push(image: "signature", as: "sig", subject: subject)
      signature = Digest.hash(manifest)
      #expect(answer.fields[.ociSubject] == "\(subject)")
      #expect(scene.images.referrers(of: subject, in: repository).map(\.digest) == [signature])
    }
    let scene = try PushScene(in: folder)
    let listed = scene.images.referrers(of: subject, in: repository)
    #expect(listed.map(\.digest) == [signature])
    #expect(listed.first?.artifactType == .ociImageConfig)
    // Other programs know it for no image by the annotation.
    #expect(try StoredArchive(opening: folder.path.appending("layout")).images.isEmpty)
  }

  @Test func `The parts of an index have no entries of their own`() async throws {
    let scene = try PushScene()
    let first = try await scene.push(image: "amd64", as: "\(Digest.hash([]))").manifest
    #expect(scene.images.repositories.isEmpty, "the digest was another")
    let one = try await pushByDigest("amd64", scene)
    let two = try await pushByDigest("arm64", scene)
    #expect(one == first)
    #expect(try entryCount(scene) == 2)
    let index = PushScene.index([one, two])
    #expect(try await scene.put(index, as: "1.0").status == .created)
    #expect(try entryCount(scene) == 1)
    #expect(scene.images.manifest("\(Digest.hash(one))", in: repository) != nil)

    // Without it they are found as before.
    let part = try await scene.send(.delete, "/v2/team/app/manifests/\(Digest.hash(one))")
    #expect(part.status == .methodNotAllowed)
    #expect(try await scene.send(.delete, "/v2/team/app/manifests/\(Digest.hash(index))").status == .accepted)
    #expect(scene.images.tags(of: repository).isEmpty)
    #expect(scene.images.manifest("\(Digest.hash(two))", in: repository) != nil)
    #expect(try await scene.send(.delete, "/v2/team/app/manifests/\(Digest.hash(one))").status == .accepted)
    #expect(scene.images.manifest("\(Digest.hash(one))", in: repository) == nil)
    #expect(scene.blob(Digest.hash(one)) == nil)
  }

  private func pushByDigest(_ layer: String, _ scene: PushScene) async throws -> [UInt8] {
    let layer = try await scene.push(blob: Array(layer.utf8))
    let config = try await scene.push(blob: Array("{}".utf8))
    let manifest = PushScene.manifest(config, [layer])
    #expect(try await scene.put(manifest, as: "\(Digest.hash(manifest))").status == .created)
    return manifest
  }

  private func entryCount(_ scene: PushScene) throws -> Int { try scene.images.store.readIndex().descriptors.count }

  @Test func `T285 Tags, manifests and blobs are deleted where that is allowed, and no image loses a part`()
    async throws
  {
    let scene = try PushScene()
    let (_, manifest) = try await scene.push(image: "layer", as: "1.0")
    let (digest, layer) = (Digest.hash(manifest), Digest.hash(Array("layer".utf8)))
    #expect(try await scene.send(.delete, "/v2/team/app/blobs/\(layer)").status == .methodNotAllowed)
    #expect(try await scene.send(.delete, "/v2/team/app/manifests/1.0").status == .accepted)
    #expect(scene.images.tags(of: repository).isEmpty)
    #expect(scene.images.manifest("\(digest)", in: repository) != nil)
    #expect(try await scene.send(.delete, "/v2/team/app/manifests/1.0").status == .notFound)
    #expect(try await scene.send(.delete, "/v2/team/app/manifests/\(digest)").status == .accepted)
    #expect(scene.images.repositories.isEmpty)
    #expect(try await scene.send(.delete, "/v2/team/app/blobs/\(layer)").status == .accepted)
    #expect(scene.blob(layer) == nil)
    #expect(try await scene.send(.delete, "/v2/team/app/blobs/\(layer)").status == .notFound)
  }

  @Test func `Nothing is deleted unless it is allowed`() async throws {
    let scene = try PushScene(limits: { $0.allowsDelete = false })
    let (_, manifest) = try await scene.push(image: "layer", as: "1.0")
    for path in ["manifests/1.0", "manifests/\(Digest.hash(manifest))", "blobs/\(Digest.hash(Array("layer".utf8)))"] {
      #expect(try await scene.send(.delete, "/v2/team/app/\(path)").status == .methodNotAllowed)
    }
    #expect(scene.images.tags(of: repository) == ["1.0"])
  }

  @Test func `T286 A layer that the server has elsewhere is copied into the layout`() async throws {
    let base = try PushScene()
    let layer = try await base.push(blob: Array("base".utf8))
    var served = ServedContents()
    served.blobs[layer.digest] = StoredBlob(
      digest: layer.digest, content: try #require(base.images.content(of: layer.digest)))
    let scene = try PushScene(elsewhere: served)
    let config = try await scene.push(blob: Array("{}".utf8))
    #expect(try await scene.put(PushScene.manifest(config, [layer]), as: "1.0").status == .created)
    #expect(scene.blob(layer.digest) == Array("base".utf8))
    #expect(scene.unfinished.isEmpty)
  }
}
