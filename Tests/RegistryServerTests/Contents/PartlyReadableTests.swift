import HandmadeTar
import ImageArchive
import ImageModel
import RegistryServer
import ScriptedServer
import TemporaryFolders
import Testing

/// What cannot be read in a layout or an archive hides itself, and nothing beside it.
@Suite struct PartlyReadableTests {
  private static let image = ImageFixture(layers: [3_000, 500], seed: 500)
  private static let other = ImageFixture(layers: [1_000], seed: 501)
  private static let foreign = ["blake3:\(String(repeating: "5", count: 64))", "sha256:5F", "md5\u{1B}[2J"]

  /// An image, and entries of other programs.
  private static var layout: LayoutFiles {
    var layout = LayoutFiles()
    for digest in foreign {
      let text = digest.replacing("\u{1B}", with: #"\u001b"#)
      layout.enter(#"{"mediaType":"\#(ImageFixture.manifestType)","digest":"\#(text)","size":5}"#)
    }
    layout.add(image, as: "a:1")
    return layout
  }

  private static func tar(_ layout: LayoutFiles) -> [UInt8] {
    var tar = TarWriter()
    for (name, bytes) in layout.files.sorted(by: { $0.key > $1.key }) { tar.member(name, content: bytes) }
    tar.end()
    return tar.bytes
  }

  @Test("T500: an entry whose digest is of no known algorithm is left out and told, and the rest is served")
  func unknownDigests() async throws {
    let layout = Self.layout
    let places = [("images", layout.inside("images")), ("a.tar", ["a.tar": Self.tar(layout)])]
    for (name, files) in places {
      try await ServerScene.run(files.merging(["b.tar": Self.other.archive("b:1")]) { first, _ in first }) {
        (scene, contents) async throws in
        #expect(try await scene.get("/v2/a/manifests/1").body == Self.image.manifest.bytes)
        for layer in Self.image.layers {
          #expect(try await scene.get("/v2/a/blobs/\(layer.digest)").body == layer.bytes)
        }
        let again = WatchedContents([scene.folder.path])
        let place = scene.folder.path.appending(name)
        let expected = Self.foreign.map { ContentsNotice.unreadable(place, .unreadable(place, .unknownDigest($0))) }
        #expect(try await again.rescan() == expected)
        #expect(try await again.rescan().isEmpty)
        // Nothing of it is damaged.
        var verified: [ContentsNotice] = []
        while let more = try await again.verifyNext() { verified += more }
        #expect(verified.contains(.faulty(place)))
      }
    }
  }

  @Test("T500: a layout with such entries is pushed to, and keeps them")
  func pushed() async throws {
    let folder = try TemporaryFolder()
    _ = try LayoutStore(folder.path.appending("layout")).blobFolder()
    for (name, bytes) in Self.layout.files { try folder.write(bytes, to: "layout/\(name)") }
    let scene = try PushScene(in: folder)
    #expect(scene.images.tags(of: "docker.io/library/a") == ["1"])
    #expect(try await scene.push(image: "layer", as: "2").answer.status == .created)
    let index = String(decoding: try folder.read("layout/index.json"), as: UTF8.self)
    #expect(index.contains(Self.foreign[0]) && index.contains(Self.foreign[1]))
  }

  @Test("T501: a manifest that cannot be read hides itself alone, in a layout and in an archive")
  func unreadableManifest() async throws {
    var layout = LayoutFiles()
    let broken = ImageFixture.Blob(mediaType: ImageFixture.manifestType, bytes: Array("{}".utf8))
    layout.add(broken)
    layout.enter(broken, as: "b:1")
    layout.add(Self.image, as: "a:1")
    for files in [layout.inside("images"), ["a.tar": Self.tar(layout)]] {
      try await ServerScene.run(files) { (scene, contents) async throws in
        #expect(try await scene.get("/v2/a/manifests/1").body == Self.image.manifest.bytes)
        #expect(try await scene.get("/v2/a/blobs/\(Self.image.layers[0].digest)").status == 200)
        #expect(try await scene.get("/v2/b/manifests/1").status == 404)
        #expect(try await WatchedContents([scene.folder.path]).rescan().count == 1)
      }
    }
  }
}
