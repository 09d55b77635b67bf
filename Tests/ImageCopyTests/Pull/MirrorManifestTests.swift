import ImageModel
import MachineConfiguration
import PullScenes
import RegistryClient
import ScriptedServer
import Synchronization
import Testing

@testable import ImageCopy

/// Warnings of a pull, in words that a test can compare.
final class WarningLog: Sendable {
  private let log = Mutex<[PullWarning]>([])

  var all: [PullWarning] { log.withLock { $0 } }

  /// The hosts of mirrors that were dropped.
  var dropped: [String] {
    all.compactMap { if case .mirrorDropped(let host, _) = $0 { host } else { nil } }
  }

  var incomplete: [String] {
    all.compactMap { if case .mirrorIncomplete(let host) = $0 { host } else { nil } }
  }

  @Sendable func observe(_ event: PullEvent) {
    if case .warning(let warning) = event { log.withLock { $0.append(warning) } }
  }
}

@Suite("Mirrors and the manifest")
struct MirrorManifestTests {
  private let image = ImageFixture(layers: [100_000, 50_000], seed: 79)

  @Test("the first mirror that answers says what a tag means")
  func firstAnswers() async throws {
    try await ScriptedServer.run { mirror in
      mirror.serve(image, repository: "hub/team/app")
      try await ScriptedServer.run { origin in
        origin.serveBlobs(image)
        try await PullScene.run { scene in
          scene.access.mirrors = [try #require(MirrorName(parsing: "http://\(mirror.authority)/hub"))]
          let log = WarningLog()
          let reference = "\(origin.authority)/team/app:1"
          let outcome = try await scene.pull(reference, observe: log.observe)
          #expect(outcome.error == nil)
          #expect(try scene.bytes("app_1.tar") == expectedArchive(image, reference: reference))
          #expect(log.all.isEmpty)
        }
      }
    }
  }

  @Test(
    "a mirror that fails is named in one warning, and the next is asked",
    arguments: [
      Reply(401, headers: [("WWW-Authenticate", "Basic realm=\"mirror\"")]), Reply(403),
      Reply(headers: [("Content-Type", "text/html")], text: "<html><body>log in</body></html>"),
      Reply(headers: [("Content-Type", ImageFixture.manifestType)], text: "{"),
      Reply(302, headers: [("Location", "/login")]),
    ])
  func fails(reply: Reply) async throws {
    try await ScriptedServer.run { mirror in
      mirror.on("/v2/team/app/manifests/*", reply: reply)
      mirror.on("/login", reply: Reply(headers: [("Content-Type", "text/html")], text: "<!doctype html><p>log in"))
      try await ScriptedServer.run { origin in
        origin.serve(image)
        try await PullScene.run { scene in
          scene.access.mirrors = [try #require(MirrorName(parsing: "http://\(mirror.authority)"))]
          scene.access.login.prompt = { _ in
            Issue.record("a mirror asked a person")
            return nil
          }
          let log = WarningLog()
          let reference = "\(origin.authority)/team/app:1"
          let outcome = try await scene.pull(reference, observe: log.observe)
          #expect(outcome.error == nil)
          #expect(try scene.bytes("app_1.tar") == expectedArchive(image, reference: reference))
          #expect(log.dropped == [mirror.authority])
          #expect(mirror.requests.filter { $0.path.contains("manifests") }.count == 1)
        }
      }
    }
  }

  @Test("where all sources fail, it is the origin's failure")
  func allFail() async throws {
    try await ScriptedServer.run { mirror in
      mirror.on("/v2/team/app/manifests/*", reply: Reply(403))
      try await ScriptedServer.run { origin in
        origin.on(
          "/v2/team/app/manifests/*", reply: .json(#"{"errors":[{"code":"MANIFEST_UNKNOWN"}]}"#, status: 404))
        try await PullScene.run { scene in
          scene.access.mirrors = [try #require(MirrorName(parsing: "http://\(mirror.authority)"))]
          let outcome = try await scene.pull("\(origin.authority)/team/app:1")
          #expect(outcome.failureClass == .notFound)
          #expect(outcome.registryError?.request?.address.contains(origin.authority) == true)
        }
      }
    }
  }
}
