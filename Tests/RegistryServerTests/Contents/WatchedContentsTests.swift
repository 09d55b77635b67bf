import FoundationEssentials
import ImageModel
import RegistryServer
import ScriptedServer
import Testing

@Suite struct WatchedContentsTests {
  private static let image = ImageFixture(layers: [300_000, 70_000])
  private static let other = ImageFixture(layers: [1_000], seed: 2)

  @Test("T259: what is copied in appears once it is whole, and what is taken away disappears")
  func copying() async throws {
    try await ServerScene.run(["a.tar": Self.image.archive("a:1")]) { (scene, contents) async throws in
      let archive = Self.other.archive("b:1")
      try scene.folder.write(Array(archive.prefix(2_000)), to: "b.tar")
      // It grows no more, and is no whole archive.
      #expect(try await contents.rescan().count == 1)
      #expect(try await scene.get("/v2/b/manifests/1").status == 404)
      #expect(try await contents.rescan().isEmpty)
      try scene.folder.write(archive, to: "b.tar")
      #expect(try await contents.rescan().isEmpty)
      #expect(try await scene.get("/v2/b/manifests/1").body == Self.other.manifest.bytes)
      try FileManager.default.removeItem(atPath: scene.folder.path.appending("b.tar").string)
      _ = try await contents.rescan()
      #expect(try await scene.get("/v2/b/manifests/1").status == 404)
    }
  }

  @Test("T260: of a file that was replaced no byte is sent")
  func replaced() async throws {
    try await ServerScene.run(["a.tar": Self.image.archive("a:1")]) { (scene, contents) async throws in
      let target = "/v2/a/blobs/\(Self.image.layers[0].digest)"
      try scene.folder.write(Self.other.archive("a:1"), to: "a.tar")
      let answer = try await scene.get(target)
      #expect(answer.status == 503)
      #expect(answer.field("Retry-After") != nil)
      _ = try await contents.rescan()
      #expect(try await scene.get(target).status == 404)
      #expect(try await scene.get("/v2/a/manifests/1").body == Self.other.manifest.bytes)
    }
  }

  @Test("T481: the last archive that is removed from a folder is gone, and one that comes later is served")
  func removed() async throws {
    try await ServerScene.run(["a.tar": Self.image.archive("a:1")]) { (scene, contents) async throws in
      try FileManager.default.removeItem(atPath: scene.folder.path.appending("a.tar").string)
      _ = try await contents.rescan()
      #expect(try await scene.get("/v2/a/manifests/1").status == 404)
      #expect(try await scene.get("/v2/a/blobs/\(Self.image.layers[0].digest)").status == 404)
      #expect(try await scene.get("/v2/_catalog").text == #"{"repositories":[]}"#)
      try scene.folder.write(Self.other.archive("b:1"), to: "b.tar")
      _ = try await contents.rescan()
      #expect(try await scene.get("/v2/b/manifests/1").status == 200)
    }
  }

  @Test(
    "T482: of a folder that is gone itself, or is empty and of another file system, all is to be had later",
    arguments: [nil, "/dev/shm"])
  func pulledOut(_ otherDisk: String?) async throws {
    try await ServerScene.run(["disk/a.tar": Self.image.archive("a:1")], at: "link") { (scene, contents) async throws in
      let link = scene.folder.path.appending("link").string
      let files = FileManager.default
      func lead(to target: String) throws {
        try files.createSymbolicLink(atPath: link, withDestinationPath: target)
      }
      try lead(to: "disk")
      _ = try await contents.rescan()
      let target = "/v2/a/blobs/\(Self.image.layers[0].digest)"
      #expect(try await scene.get(target).body == Self.image.layers[0].bytes)
      try files.removeItem(atPath: link)
      let empty = otherDisk.map { "\($0)/dray-\(scene.port)" }
      defer { if let empty { try? files.removeItem(atPath: empty) } }
      if let empty {
        try files.createDirectory(atPath: empty, withIntermediateDirectories: false)
        try lead(to: empty)
      }
      _ = try await contents.rescan()
      #expect(try await scene.get(target).status == 503)
      #expect(try await scene.get("/v2/a/manifests/1").body == Self.image.manifest.bytes)
      if otherDisk != nil { try files.removeItem(atPath: link) }
      try lead(to: "disk")
      _ = try await contents.rescan()
      #expect(try await scene.get(target).body == Self.image.layers[0].bytes)
    }
  }

  @Test("T261: a delta is served beside its base, and left out without it")
  func delta() async throws {
    let layer = Self.image.layers[0].digest
    let delta = Self.image.archive("app:2", without: [layer])
    try await ServerScene.run(["delta.tar": delta]) { (scene, contents) async throws in
      #expect(try await scene.get("/v2/app/manifests/2").status == 404)
      try scene.folder.write(Self.image.archive("app:1"), to: "base.tar")
      _ = try await contents.rescan()
      #expect(try await scene.get("/v2/app/manifests/2").status == 200)
      #expect(try await scene.get("/v2/app/blobs/\(layer)").body == Self.image.layers[0].bytes)
    }
  }

  @Test("T262: an archive of old gets a manifest, always the same, and others are served meanwhile")
  func withoutManifest() async throws {
    let archive = Self.image.savedArchive("old:1")
    try await ServerScene.run(["a.tar": Self.image.archive("a:1")]) { (scene, contents) async throws in
      try scene.folder.write(archive, to: "old.tar")
      let path = scene.folder.path.appending("old.tar")
      #expect(try await contents.rescan().isEmpty)
      let early = try await scene.get("/v2/old/manifests/1")
      #expect(early.status == 503 && early.field("Retry-After") == "5")
      #expect(try await scene.get("/v2/a/manifests/1").status == 200)
      let notices = try await contents.makeNextManifests()
      let manifest = try await scene.get("/v2/old/manifests/1")
      let digest = Digest.hash(manifest.body)
      #expect(notices == [.madeManifest(path, digest)])
      #expect(manifest.field("Content-Type") == "application/vnd.docker.distribution.manifest.v2+json")
      #expect(manifest.field("Docker-Content-Digest") == "\(digest)")
      for blob in [Self.image.config] + Self.image.layers {
        #expect(manifest.text.contains(blob.digest))
        #expect(try await scene.get("/v2/old/blobs/\(blob.digest)").body == blob.bytes)
      }
      #expect(try await contents.makeNextManifests() == nil)

      // After a restart it has the same digest. Who knows that waits for it, and is not told that it is gone.
      let another = WatchedContents([path], quietTime: .zero)
      _ = try await another.rescan()
      let restarted = DiskRegistry { another.current }
      let request = ServerRequest(method: .get, path: "/v2/old/manifests/\(digest)", query: [], fields: [:])
      let refusal = await #expect(throws: DistributionRefusal.self) { try await restarted.answer(request) }
      #expect(refusal?.status == .serviceUnavailable)
      #expect(try await another.makeNextManifests() == [.madeManifest(path, digest)])
      #expect(try await restarted.answer(request)?.status == .ok)

      // It is another one now, and then gone.
      try scene.folder.write(Self.image.savedArchive("old:2"), to: "old.tar")
      _ = try await contents.rescan()
      #expect(try await scene.get("/v2/old/manifests/1").status == 503)
      #expect(try await contents.makeNextManifests() == [.madeManifest(path, digest)])
      #expect(try await scene.get("/v2/old/manifests/1").status == 404)
      #expect(try await scene.get("/v2/old/manifests/2").body == manifest.body)
      try FileManager.default.removeItem(atPath: path.string)
      _ = try await contents.rescan()
      #expect(try await scene.get("/v2/old/manifests/2").status == 404)
    }
  }

  @Test("T262: an archive of old that lacks a layer is told, once, and does not keep others from being served")
  func withoutLayer() async throws {
    try await ServerScene.run(["a.tar": Self.image.archive("a:1")]) { (scene, contents) async throws in
      try scene.folder.write(Self.image.savedArchive("old:1", layers: 1), to: "old.tar")
      var notices = try await contents.rescan()
      while let more = try await contents.makeNextManifests() { notices += more }
      notices += try await contents.rescan()
      #expect(notices.count == 1)
      #expect(try await scene.get("/v2/old/manifests/1").status == 404)
      #expect(try await scene.get("/v2/a/manifests/1").status == 200)
    }
  }
}
