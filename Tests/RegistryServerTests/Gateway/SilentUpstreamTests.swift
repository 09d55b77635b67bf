import HTTPTypes
import ManualClocks
import ScriptedServer
import Synchronization
import TemporaryFolders
import Testing

/// A registry that takes requests and says nothing: clients of a mirror are to ask the next one soon.
@Suite struct SilentUpstreamTests {
  private let image = ImageFixture(layers: [5_000], seed: 453)

  @Test(
    "T452: of a registry that says nothing an answer says so within 30 seconds",
    arguments: ["manifests/1", "manifests/DIGEST", "blobs/DIGEST", "tags/list", "archive", "api"])
  func silence(rest: String) async throws {
    let folder = try TemporaryFolder()
    let clock = ManualClock()
    try await ScriptedServer.run { server in
      server.on("GET,HEAD", "/v2/*", reply: .never)
      try await GatewayScene.run(
        [server.authority], clock: clock, change: { $0.cache = (folder.path.string, 1 << 30) }
      ) { gateway in
        let target =
          switch rest {
          case "archive": "/archive/\(server.authority)/team/app:1.tar"
          case "api": "/api/image?name=\(server.authority)/team/app:1"
          default: "/v2/team/app/\(rest.replacing("DIGEST", with: image.manifest.digest))?ns=\(server.authority)"
          }
        async let waiting = gateway.get(target)
        await server.requestsArrived(1)
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(30))
        let answer = try await waiting
        #expect(answer.status == 504)
        #expect(answer.fields[.retryAfter] == "30")
        #expect(answer.fields[.contentType] == "application/json")
      }
    }
  }

  @Test("T452: where there is a manifest from before, it is given after five seconds of silence")
  func stale() async throws {
    let folder = try TemporaryFolder()
    let clock = ManualClock()
    let now = Atomic<Int64>(1_000_000)
    let isSilent = Mutex(false)
    try await ScriptedServer.run { server in
      server.on("GET,HEAD", "/v2/*", where: { _ in isSilent.withLock(\.self) }) { _ in .never }
      server.serve(image)
      try await GatewayScene.run(
        [server.authority], clock: clock, now: { now.load(ordering: .relaxed) },
        change: { $0.cache = (folder.path.string, 1 << 30) }
      ) { gateway in
        let target = "/v2/team/app/manifests/1?ns=\(server.authority)"
        #expect(try await gateway.get(target).status == 200)
        let before = server.requests.count
        isSilent.withLock { $0 = true }
        now.add(61, ordering: .relaxed)
        async let waiting = gateway.get(target)
        await server.requestsArrived(before + 1)
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(5))
        let answer = try await waiting
        #expect(answer.status == 200 && answer.bytes == image.manifest.bytes)
        #expect(HTTPField.Name("Warning").flatMap { answer.fields[$0] } != nil)
      }
    }
  }
}
