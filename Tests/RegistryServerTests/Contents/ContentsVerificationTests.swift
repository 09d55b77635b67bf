import FoundationEssentials
import ImageModel
import RegistryServer
import ScriptedServer
import Testing

/// What is damaged is found out while the server runs, and not served any more.
@Suite struct ContentsVerificationTests {
  private static let image = ImageFixture(layers: [300_000, 70_000], seed: 450)
  private static let other = ImageFixture(layers: [1_000], seed: 451)

  /// With one flipped byte in the first layer.
  private static func damaged(_ image: ImageFixture, _ name: String) throws -> [UInt8] {
    var archive = image.archive(name)
    let layer = try #require(archive.firstRange(of: image.layers[0].bytes.prefix(500))).lowerBound
    archive[layer + 400] ^= 1
    return archive
  }

  private static func verified(_ contents: WatchedContents) async throws -> [ContentsNotice] {
    var notices: [ContentsNotice] = []
    while let more = try await contents.verifyNext() { notices += more }
    return notices
  }

  @Test("T450: what is copied in later is verified as well, once per change, and left out while it is damaged")
  func copiedLater() async throws {
    let damaged = try Self.damaged(Self.other, "b:1")
    try await ServerScene.run(["a.tar": Self.image.archive("a:1")]) { (scene, contents) async throws in
      let (a, b) = (scene.folder.path.appending("a.tar"), scene.folder.path.appending("b.tar"))
      #expect(try await Self.verified(contents) == [.verified(a)])
      try scene.folder.write(damaged, to: "b.tar")
      _ = try await contents.rescan()
      #expect(try await scene.get("/v2/b/manifests/1").status == 200)
      #expect(try await Self.verified(contents) == [.damaged(b)])
      #expect(try await scene.get("/v2/b/manifests/1").status == 404)
      #expect(try await scene.get("/v2/b/blobs/\(Self.other.layers[0].digest)").status == 404)
      #expect(try await scene.get("/v2/a/manifests/1").status == 200)
      _ = try await contents.rescan()
      #expect(try await Self.verified(contents).isEmpty)
      try scene.folder.write(Self.other.archive("b:1") + [0], to: "b.tar")
      _ = try await contents.rescan()
      #expect(try await Self.verified(contents) == [.verified(b)])
      #expect(try await scene.get("/v2/b/blobs/\(Self.other.layers[0].digest)").body == Self.other.layers[0].bytes)
    }
  }

  @Test("T450: of two archives with the same image, one of them damaged, the bytes of the whole one are served")
  func twice() async throws {
    let damaged = try Self.damaged(Self.image, "a:1")
    try await ServerScene.run(["a.tar": damaged, "b.tar": Self.image.archive("a:1")]) {
      (scene, contents) async throws in
      let (a, b) = (scene.folder.path.appending("a.tar"), scene.folder.path.appending("b.tar"))
      #expect(try await Self.verified(contents) == [.damaged(a), .verified(b)])
      #expect(try await scene.get("/v2/a/manifests/1").body == Self.image.manifest.bytes)
      let layer = Self.image.layers[0]
      #expect(try await scene.get("/v2/a/blobs/\(layer.digest)").body == layer.bytes)
    }
  }

  @Test("T475: without --verify, an archive that is written to in place is served again once all of it was read")
  func rewritten() async throws {
    let archive = Self.image.archive("a:1")
    let damaged = try Self.damaged(Self.image, "a:1")
    try await ServerScene.run(["a.tar": archive, "b.tar": Self.other.archive("b:1")]) {
      (scene, contents) async throws in
      let place = scene.folder.path.appending("a.tar")
      let layer = "/v2/a/blobs/\(Self.image.layers[0].digest)"
      #expect(try await contents.verifyNext(false) == nil)
      // One that is put in its place is new, as all others are.
      try FileManager.default.moveItem(
        atPath: scene.folder.path.appending("b.tar").string, toPath: scene.folder.path.appending("c.tar").string)
      try scene.folder.write(Self.other.archive("b:1"), to: "b.tar")
      #expect(try await contents.rescan().isEmpty)
      #expect(try await contents.verifyNext(false) == nil)

      try scene.folder.write(damaged, to: "a.tar")
      #expect(try await contents.rescan() == [.rewritten(place)])
      for target in ["/v2/a/manifests/1", layer] {
        let answer = try await scene.get(target)
        #expect(answer.status == 503 && answer.field("Retry-After") == "5")
      }
      #expect(try await scene.get("/v2/b/manifests/1").status == 200)
      #expect(try await contents.verifyNext(false) == [.damaged(place)])
      #expect(try await scene.get(layer).status == 404)

      try scene.folder.write(archive + [0], to: "a.tar")
      #expect(try await contents.rescan() == [.rewritten(place)])
      #expect(try await contents.verifyNext(false) == [.verified(place)])
      #expect(try await contents.verifyNext(false) == nil)
      #expect(try await scene.get(layer).body == Self.image.layers[0].bytes)
    }
  }

  /// A layout with an image.
  private static var layout: LayoutFiles {
    var layout = LayoutFiles()
    layout.add(image, as: "a:1")
    return layout
  }

  @Test(
    "T506: a blob of a layout that is written to in place is not served before it was read, whatever else changes",
    arguments: ["the layout", "another file", "nothing"])
  func rewrittenBlob(change: String) async throws {
    let blob = Self.image.layers[0]
    let path = "images/" + LayoutFiles.path(blob)
    var damaged = blob.bytes
    damaged[400] ^= 1
    try await ServerScene.run(Self.layout.inside("images")) { [damaged] (scene, contents) async throws in
      let place = scene.folder.path.appending("images")
      let target = "/v2/a/blobs/\(blob.digest)"
      #expect(try await scene.get(target).body == blob.bytes)

      try scene.folder.write(damaged, to: path)
      switch change {
      case "the layout":
        let former = Self.layout.inside("images")
        var layout = Self.layout
        layout.add(Self.other, as: "b:1")
        for (name, bytes) in layout.inside("images") where former[name] != bytes {
          try scene.folder.write(bytes, to: name)
        }
      case "another file": try scene.folder.write(Self.other.archive("c:1"), to: "c.tar")
      // It is noticed by whoever asks for it.
      default: #expect(try await scene.get(target).status == 503)
      }
      #expect(try await contents.rescan() == [.rewritten(place)])
      #expect(try await scene.get(target).status == 503)
      #expect(try await scene.get("/v2/a/manifests/1").status == 503)
      #expect(try await contents.rescan().isEmpty)
      #expect(try await scene.get(target).status == 503)
      #expect(try await contents.verifyNext(false) == [.damaged(place)])
      #expect(try await scene.get(target).status == 404)

      try scene.folder.write(blob.bytes, to: path)
      #expect(try await contents.rescan().isEmpty)
      #expect(try await scene.get(target).status == 503)
      #expect(try await contents.verifyNext(false) == [.verified(place)])
      #expect(try await contents.verifyNext(false) == nil)
      #expect(try await scene.get(target).body == blob.bytes)
      #expect(try await contents.rescan().isEmpty)
      #expect(try await scene.get(target).body == blob.bytes)
    }
  }
}
