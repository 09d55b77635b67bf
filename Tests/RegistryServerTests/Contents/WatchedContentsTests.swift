import FoundationEssentials
import HandmadeTar
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
      #expect(try await contents.rescan().isEmpty)
      #expect(try await scene.get("/v2/b/manifests/1").status == 404)
      // It grows no more, and is no whole archive.
      #expect(try await contents.rescan().count == 1)
      #expect(try await contents.rescan().isEmpty)
      try scene.folder.write(archive, to: "b.tar")
      #expect(try await contents.rescan().isEmpty)
      #expect(try await scene.get("/v2/b/manifests/1").body == Self.other.manifest.bytes)
      try FileManager.default.removeItem(atPath: scene.folder.path.appending("b.tar").string)
      _ = try await contents.rescan()
      #expect(try await scene.get("/v2/b/manifests/1").status == 404)
    }
  }

  @Test("T260: of a file that was replaced no byte is sent; of a folder that is gone all is to be had later")
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
      try FileManager.default.removeItem(atPath: scene.folder.path.appending("a.tar").string)
      _ = try await contents.rescan()
      #expect(try await scene.get("/v2/a/blobs/\(Self.other.layers[0].digest)").status == 503)
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

  @Test("T262: an archive of old without a manifest is told, and does not keep others from being served")
  func withoutManifest() async throws {
    var tar = TarWriter()
    let entry = #"[{"Config":"c.json","RepoTags":["old:1"],"Layers":["l/layer.tar"]}]"#
    tar.member("manifest.json", content: Array(entry.utf8))
    tar.member("c.json", content: Self.image.config.bytes)
    tar.member("l/layer.tar", content: Self.image.layers[0].bytes)
    tar.end()
    let archive = tar.bytes
    try await ServerScene.run(["a.tar": Self.image.archive("a:1")]) { (scene, contents) async throws in
      try scene.folder.write(archive, to: "old.tar")
      let path = scene.folder.path.appending("old.tar")
      #expect(try await contents.rescan() == [.unreadable(path, .noManifest(path))])
      #expect(try await scene.get("/v2/old/manifests/1").status == 404)
      #expect(try await scene.get("/v2/a/manifests/1").status == 200)
    }
  }
}
