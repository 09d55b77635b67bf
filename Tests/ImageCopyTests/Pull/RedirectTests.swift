import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("Redirects")
struct RedirectTests {
  private let image = ImageFixture(layers: [400_000, 300_000], seed: 53)

  @Test("T040: a storage address that expires is asked for again, and the transfer goes on", arguments: [403, 400])
  func expiringAddress(status: Int) async throws {
    try await ScriptedServer.run { storage in
      let turns = Turns()
      for blob in image.blobs {
        storage.on("/store/\(blob.digest)") { request in
          // Every second request finds its address expired.
          turns.next() % 2 == 1
            ? Reply(status, text: "<Error><Code>ExpiredToken</Code></Error>")
            : .blob(ReplyBody(blob.bytes), for: request)
        }
      }
      try await ScriptedServer.run { server in
        server.serveRedirecting(image) { "\(storage.origin)/store/\($0.digest)?X-Amz-Signature=s" }
        try await PullScene.run { scene in
          scene.access.network.connectionsPerHost = 1
          let outcome = try await scene.pull("\(server.authority)/team/app:1")
          #expect(outcome.error == nil)
        }
      }
    }
  }

  @Test("T029: a foreign layer that the registry does not have is not fetched from elsewhere unasked")
  func foreignLayer() async throws {
    try await ScriptedServer.run { attacker in
      try await ScriptedServer.run { server in
        let layer = ImageFixture.Blob(
          mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", bytes: [1, 2, 3])
        let descriptor = """
          {"mediaType":"\(layer.mediaType)","digest":"\(layer.digest)","size":3,"urls":["https://localhost:\(attacker.port)/x"]}
          """
        let config = ImageFixture.Blob(mediaType: ImageFixture.configType, bytes: Array("{}".utf8))
        let text =
          #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.manifestType)","config":\#(config.descriptor),"layers":[\#(descriptor)]}"#
        server.serveManifest(ImageFixture.Blob(mediaType: ImageFixture.manifestType, bytes: Array(text.utf8)))
        server.serve(config)
        server.on("/v2/team/app/blobs/\(layer.digest)", reply: Reply(404))
        try await PullScene.run { scene in
          let outcome = try await scene.pull("\(server.authority)/team/app:1")
          #expect(outcome.failureClass == .unsupported)
          #expect(attacker.connections == 0)
          #expect(scene.files.isEmpty)
        }
      }
    }
  }
}
