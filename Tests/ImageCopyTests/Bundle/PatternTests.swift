import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("What a pattern of images stands for")
struct PatternTests {
  private func found(
    _ pattern: String, _ tags: [String] = [], in scene: PullScene
  ) async throws -> [String] {
    let pull = try ImagePull(scene.access)
    var selections: [TagSelection] = []
    for text in tags { selections.append(try #require(TagSelection(parsing: text))) }
    let images: [ImageReference]
    do {
      images = try await pull.images(matching: try ImagePattern(parsing: pattern), tags: selections) { _ in }
    } catch {
      try await pull.close()
      throw error
    }
    try await pull.close()
    return images.map { "\($0.repository):\($0.tag ?? "")" }
  }

  private func serveTags(_ server: ScriptedServer, _ repository: String, _ tags: [String]) {
    let list = tags.map { "\"\($0)\"" }.joined(separator: ",")
    server.on("/v2/\(repository)/tags/list", reply: .json(#"{"name":"\#(repository)","tags":[\#(list)]}"#))
  }

  @Test("at Harbor by its API: a project with all below it, and projects by a pattern")
  func harbor() async throws {
    try await ScriptedServer.run { server in
      let challenge = #"Bearer realm="\#(server.origin)/service/token",service="harbor-registry""#
      server.on("/v2/", reply: Reply(401, headers: [("WWW-Authenticate", challenge)]))
      server.on("/api/v2.0/projects", reply: .json(#"[{"name":"team"},{"name":"tools"},{"name":"other"}]"#))
      server.on(
        "/api/v2.0/projects/team/repositories", reply: .json(#"[{"name":"team/sub/app"},{"name":"team/web"}]"#))
      server.on("/api/v2.0/projects/tools/repositories", reply: .json(#"[{"name":"tools/box"}]"#))
      server.on("/api/v2.0/projects/other/repositories", reply: .json("[]"))
      serveTags(server, "team/sub/app", ["1.10", "1.9", "latest"])
      serveTags(server, "team/web", ["2.0", "sha256-\(Digest.hash([]).hexadecimal).sig"])
      serveTags(server, "tools/box", ["7"])
      try await PullScene.run { (scene) async throws -> Void in
        let host = server.authority
        #expect(
          try await found("\(host)/team/*", in: scene) == [
            "team/sub/app:latest", "team/sub/app:1.9", "team/sub/app:1.10", "team/web:2.0",
          ])
        #expect(try await found("\(host)/team/*", ["newest:1"], in: scene) == ["team/sub/app:1.10", "team/web:2.0"])
        #expect(try await found("\(host)/t*/b*", in: scene) == ["tools/box:7"])
        #expect(try await found("\(host)/team/web", in: scene) == ["team/web:2.0"])
        #expect(try await found("\(host)/team/*:1.*", in: scene) == ["team/sub/app:1.9", "team/sub/app:1.10"])
      }
    }
  }

  @Test("by the catalog, which may name what is deleted")
  func catalog() async throws {
    try await ScriptedServer.run { server in
      server.on("/v2/", reply: Reply(200))
      server.on("/v2/_catalog", reply: .json(#"{"repositories":["other/x","team/a","team/gone"]}"#))
      serveTags(server, "team/a", ["1"])
      server.on(
        "/v2/team/gone/tags/list",
        reply: Reply(
          404, headers: [("Content-Type", "application/json")], text: #"{"errors":[{"code":"NAME_UNKNOWN"}]}"#))
      try await PullScene.run { (scene) async throws -> Void in
        #expect(try await found("\(server.authority)/team/*", in: scene) == ["team/a:1"])
        let scene = scene
        await #expect(throws: RegistryError.self) { _ = try await found("\(server.authority)/team/gone", in: scene) }
      }
    }
  }
}
