import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("A registry that changes during the pull")
struct MovingTagTests {
  @Test("T065: a tag that moves after it was read: the image is the one that the first answer named")
  func movedTag() async throws {
    let first = ImageFixture(layers: [300_000, 200_000], seed: 65)
    let second = ImageFixture(layers: [100_000], seed: 66)
    try await ScriptedServer.run { server in
      server.on("/v2/team/app/manifests/1", times: 1, reply: .manifest(first.manifest))
      server.on("/v2/team/app/manifests/1", reply: .manifest(second.manifest))
      server.serveBlobs(first)
      server.serveBlobs(second)
      try await PullScene.run { scene in
        let reference = "\(server.authority)/team/app:1"
        let outcome = try await scene.pull(reference)
        #expect(outcome.result?.manifestDigest.description == first.manifest.digest)
        let expected = try expectedArchive(first, reference: reference)
        #expect(try scene.bytes("app_1.tar") == expected)
        #expect(server.requests("/v2/team/app/manifests/1").count == 1)
      }
    }
  }

  @Test("T065: a tag that moves between an index and its child: the child is asked for by its digest")
  func movedIndex() async throws {
    let image = ImageFixture(layers: [200_000], seed: 67)
    let entry = String(image.manifest.descriptor.dropLast()) + #","platform":{"os":"linux","architecture":"amd64"}}"#
    let text = #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[\#(entry)]}"#
    let index = ImageFixture.Blob(mediaType: ImageFixture.indexType, bytes: Array(text.utf8))
    try await ScriptedServer.run { server in
      server.on("/v2/team/app/manifests/1", times: 1, reply: .manifest(index))
      server.on("/v2/team/app/manifests/\(image.manifest.digest)", reply: .manifest(image.manifest))
      server.serveBlobs(image)
      try await PullScene.run { scene in
        let outcome = try await scene.pull(
          "\(server.authority)/team/app:1", change: { $0.platform = try Platform(parsing: "linux/amd64") })
        #expect(outcome.result?.manifestDigest.description == image.manifest.digest)
      }
    }
  }
}
