import HTTPTypes
import ManualClocks
import NIOCore
import Testing

@testable import RegistryServer

@Suite("Wrong passwords")
struct LoginTrialsTests {
  @Test("T458: after ten wrong passwords a client is told to come later, and who has the right one is let in")
  func manyWrong() async throws {
    var settings = ServerSettings()
    settings.login = ServerLogin(name: "dray", password: "sesame")
    try await ServerScene.run(settings: settings) { (scene, _) async throws in
      for _ in 0..<10 {
        #expect(try await scene.get("/v2/", ["Authorization: Bearer sesam"]).status == 401)
        // To ask without one is how clients begin.
        #expect(try await scene.get("/v2/").status == 401)
      }
      let answer = try await scene.get("/v2/", ["Authorization: Bearer sesam"])
      #expect(answer.status == 429 && answer.text.contains("TOOMANYREQUESTS"), "\(answer.text)")
      let wait = try #require(answer.field("Retry-After").flatMap { Int($0) })
      #expect((1...60).contains(wait))
      #expect(try await scene.get("/v2/").status == 401)
      #expect(try await scene.get("/v2/", ["Authorization: Bearer sesame"]).status == 200)
    }
  }

  private func outcomes(
    _ count: Int, _ trials: LoginTrials, _ address: String, isRight: Bool = false
  ) throws -> Set<LoginTrials.Outcome> {
    let client = try SocketAddress(ipAddress: address, port: 1)
    return Set((0..<count).map { _ in trials.outcome(of: client) { isRight } })
  }

  @Test("T458: a hundred wrong passwords a minute of one client are looked at, and no other client has to do with that")
  func guessing() throws {
    let clock = ManualClock()
    let trials = LoginTrials(clock: clock)
    #expect(try outcomes(10, trials, "2001:db8::1") == [.wrong])
    #expect(try outcomes(90, trials, "2001:db8::2") == [.later(seconds: 60)])
    clock.advance(by: .seconds(59))
    #expect(try outcomes(1, trials, "2001:db8::3", isRight: true) == [.later(seconds: 1)])
    #expect(try outcomes(1, trials, "2001:db8:0:1::1", isRight: true) == [.right])
    clock.advance(by: .seconds(1))
    #expect(try outcomes(1, trials, "2001:db8::1", isRight: true) == [.right])
    #expect(try outcomes(10, trials, "2001:db8::1") == [.wrong])
  }

  @Test("T458: behind a proxy on this machine the right password is let in, whatever others try")
  func behindProxy() throws {
    let trials = LoginTrials(clock: ManualClock())
    _ = try outcomes(1_000, trials, "127.0.0.1")
    #expect(try outcomes(1, trials, "127.0.0.1", isRight: true) == [.right])
  }
}
