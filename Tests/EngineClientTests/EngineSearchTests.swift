import FoundationEssentials
import Testing

@testable import EngineClient

@Suite("Which engine is found")
struct EngineSearchTests {
  private func failure(_ variables: [String: String], _ kind: EngineKind? = nil) async -> EngineError? {
    await #expect(throws: EngineError.self) {
      let engine = try await EngineSearch(variables: variables, userID: 0).engine(kind, at: nil, namespace: nil)
      _ = try await engine.inventory()
    }
  }

  @Test(
    "T156: what a variable says is meant: where nothing answers there, no other engine is taken, and the variable is named",
    arguments: [nil, EngineKind.docker])
  func deadSocket(kind: EngineKind?) async {
    #expect(
      await failure(["DOCKER_HOST": "unix:///nowhere.sock", "PATH": "/usr/bin:/bin"], kind)
        == .unreachable(
          .docker, place: "unix:///nowhere.sock", words: "No such file or directory", origin: .variable("DOCKER_HOST")))
  }

  @Test("T156: podman's variable likewise")
  func podman() async {
    #expect(
      await failure(["CONTAINER_HOST": "unix:///nowhere.sock", "PATH": "/usr/bin:/bin"], .podman)
        == .unreachable(
          .podman, place: "unix:///nowhere.sock", words: "No such file or directory",
          origin: .variable("CONTAINER_HOST")))
  }

  @Test(
    "T156: a context that is not there is told with the file that would describe it",
    arguments: [nil, EngineKind.docker])
  func noContext(kind: EngineKind?) async throws {
    let found = await failure(["DOCKER_CONTEXT": "gone", "HOME": "/nowhere", "PATH": "/usr/bin:/bin"], kind)
    guard case .noContext("gone", let file, .variable("DOCKER_CONTEXT"))? = found else {
      Issue.record("\(String(describing: found))")
      return
    }
    #expect(file.hasPrefix("/nowhere/.docker/contexts/meta/"))
  }

  @Test("T156: a context of docker's own file is one place of several; where nothing answers, it is named")
  func configuredContext() async throws {
    let folder = FileManager.default.temporaryDirectory.path + "/dray-test-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(#"{"currentContext":"gone"}"#.utf8).write(to: URL(filePath: "\(folder)/config.json"))
    // No engine's command is on this path.
    let found = await failure(["DOCKER_CONFIG": folder, "PATH": "/nowhere", "XDG_RUNTIME_DIR": "/nowhere"])
    guard case .noContext("gone", _, .file("\(folder)/config.json"))? = found else {
      Issue.record("\(String(describing: found))")
      return
    }
  }

  @Test("T156: an address that only docker's command knows is told as it is set")
  func otherAddress() async {
    let found = await failure(["DOCKER_HOST": "fd://", "PATH": "/usr/local/bin:/usr/bin:/bin"], .docker)
    switch found {
    case .unreachable(.docker, place: "fd://", _, .variable("DOCKER_HOST"))?, .noProgram(name: "docker")?: break
    default: Issue.record("\(String(describing: found))")
    }
  }
}
