import HTTPTypes
import ScriptedServer
import Testing
import Waiting

@testable import RegistryServer

@Suite("Archives that the page adds to a layout")
struct ArchiveUploadTests {
  private static let image = ImageFixture(layers: [300_032, 70_144])

  private func send(_ archive: [UInt8], to scene: PushScene) async throws -> ServerAnswer {
    try await withWorkers(loops: 1, threads: 4) {
      let request = ServerRequest(
        method: .post, path: "/api/upload", fields: [.contentLength: "\(archive.count)"],
        body: PushScene.Pieces(pieces: [archive]))
      return try #require(try await ArchiveUpload(scene.handler).answer(request))
    }
  }

  @Test("T441: an archive that has no manifests, as docker save wrote it, gets one and is added under its name")
  func withoutManifest() async throws {
    let scene = try PushScene()
    let answer = try await send(Self.image.savedArchive("quay.io/team/old:1"), to: scene)
    #expect(answer.status == .ok && answer.text.contains(#""images":["quay.io/team/old:1"]"#), "\(answer.text)")
    let manifest = try await scene.send(.get, "/v2/quay.io/team/old/manifests/1")
    for blob in Self.image.blobs { #expect(manifest.text.contains(blob.digest)) }
    for blob in Self.image.blobs {
      let head = try await scene.send(.head, "/v2/quay.io/team/old/blobs/\(blob.digest)")
      #expect(head.status == .ok)
    }
    #expect(scene.unfinished.isEmpty)
  }

  @Test("T455: where tags are kept, an archive from the page is refused that has another image under one")
  func keptTag() async throws {
    let scene = try PushScene(limits: { $0.keepsTags = true })
    let other = ImageFixture(layers: [1_000], seed: 455)
    #expect(try await send(Self.image.archive("app:1"), to: scene).status == .ok)
    #expect(try await send(Self.image.archive("app:1"), to: scene).status == .ok)
    let answer = try await send(other.archive("app:1"), to: scene)
    #expect(answer.status == .conflict && answer.text.contains(#""code":"tag-kept""#), "\(answer.text)")
    #expect(answer.text.contains(Self.image.manifest.digest), "\(answer.text)")
    #expect(scene.unfinished.isEmpty)
  }

  @Test("T441: an archive that was cut, or whose layers are not those of its config, is told as damaged")
  func damaged() async throws {
    let scene = try PushScene()
    let (new, old) = (Self.image.archive("app:1"), Self.image.savedArchive("app:1"))
    var wrong = old
    let layer = try #require(wrong.firstRange(of: Self.image.layers[1].bytes.prefix(2_000))).lowerBound
    wrong[layer + 1_000] ^= 1
    for archive in [new.dropLast(100_000), old.dropLast(100_000), wrong[...]] {
      let answer = try await send(Array(archive), to: scene)
      #expect(answer.status == .unprocessableContent && answer.text.contains(#""code":"damaged""#), "\(answer.text)")
    }
    let other = try await send(Array("PK\u{3}\u{4}".utf8), to: scene)
    #expect(other.text.contains(#""code":"not-an-archive""#), "\(other.text)")
    #expect(scene.images.repositories.isEmpty && scene.unfinished.isEmpty)
  }
}
