import ImageModel
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageTransfer

@Suite("Harbor, as it is")
struct HarborTests {
  private let image = ImageFixture(layers: [60_000], seed: 20)
  private let path = "/v2/team/app/manifests/1"

  @Test("row 20: a proxy cache's 429 without Retry-After is waited out")
  func tooManyRequests() async throws {
    try await ScriptedServer.run { server in
      server.on(path, times: 2, reply: .json(#"{"errors":[{"code":"TOOMANYREQUESTS"}]}"#, status: 429))
      server.serve(image)
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.error == nil)
        #expect(server.requests(path).count == 3)
      }
    }
  }

  @Test("row 22: a first fetch that ignores ranges and ends early is gone on with")
  func firstFetch() async throws {
    try await ScriptedServer.run { server in
      server.serveManifest(image.manifest)
      server.serve(image.config)
      let layer = image.layers[0]
      let blob = "/v2/team/app/blobs/\(layer.digest)"
      server.on(blob, times: 1, reply: Reply(body: ReplyBody(layer.bytes)).with { $0.cut = (30_000, .finish) })
      server.on(blob) { .blob(ReplyBody(layer.bytes), for: $0, ranges: .ignored) }
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.error == nil)
        #expect(scene.files == ["app_1.tar"])
      }
    }
  }

  @Test("row 27: the server's words and the request's number are kept for the administrator")
  func requestID() async throws {
    try await ScriptedServer.run { server in
      let words = #"{"errors":[{"code":"UNKNOWN","message":"internal server error"}]}"#
      server.on(path, reply: Reply(500, headers: [("X-Request-Id", "r-27")], text: words))
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.failureClass == .network)
        #expect(outcome.registryError?.answer?.requestID == "r-27")
        #expect(outcome.registryError?.answer?.words == ["UNKNOWN: internal server error"])
      }
    }
  }
}
