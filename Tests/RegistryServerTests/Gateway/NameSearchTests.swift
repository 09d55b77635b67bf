import FileAccess
import FoundationEssentials
import ImageCopy
import MachineConfiguration
import RegistryAuth
import ScriptedServer
import TemporaryFolders
import Testing

@testable import RegistryServer

/// A short name means here what it means to every command (T289).
@Suite struct NameSearchTests {
  private let image = ImageFixture(layers: [40_000], seed: 289)

  /// Two registries that are searched for short names, in this order; the second has the image. The server may ask both, or the
  /// second alone.
  private func run(
    mayAskBoth: Bool = true,
    _ body: (_ gateway: GatewayScene, _ first: ScriptedServer, _ second: ScriptedServer) async throws -> Void
  ) async throws {
    try await ScriptedServer.run { first in
      first.on("GET,HEAD", "/v2/*", reply: Reply(404))
      try await ScriptedServer.run { second in
        second.serve(image)
        second.on("GET,HEAD", "/v2/team/app/manifests/3", reply: Reply(404))
        second.on("GET", "/v2/team/app/tags/list", reply: .json(#"{"name":"team/app","tags":["1","2"]}"#))
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
          atPath: folder.path.appending("containers").string, withIntermediateDirectories: true)
        try folder.write(
          Array("unqualified-search-registries = [\"\(first.authority)\", \"\(second.authority)\"]\n".utf8),
          to: "containers/registries.conf")
        var access = RegistryAccess(credentials: NoCredentials())
        access.usesPlainHTTP = true
        access.use(ConfigurationRoots(system: folder.path.string, variables: [:]))
        try await GatewayScene.run((mayAskBoth ? [first, second] : [second]).map(\.authority), access: access) {
          gateway in
          try await body(gateway, first, second)
        }
      }
    }
  }

  @Test func `T289 Registries are asked in their order until one has the image, and its rest comes from there`()
    async throws
  {
    try await run { gateway, first, second in
      let answer = try await gateway.get("/archive/team/app:1.tar")
      #expect(answer.status == 200 && !answer.isCut)
      let direct = try await gateway.get("/archive/\(second.authority)/team/app:1.tar")
      #expect(answer.bytes == direct.bytes)
      let asked = first.requests.count
      #expect(asked > 0)
      // The first registry gets it now: whoever has a part of the archive wants the rest of that.
      first.serve(image)
      let rest = try await gateway.range("/archive/team/app:1.tar", "1000-")
      #expect(rest.status == 206 && rest.bytes == Array(direct.bytes[1_000...]))
      #expect(first.requests.count == asked)
    }
  }

  @Test func `T289 The page shows the image and the tags of the registry that has them`() async throws {
    struct Image: Decodable { let name: String }
    struct Tags: Decodable {
      let repository: String
      let tags: [String]
    }
    try await run { gateway, first, second in
      let image = try await gateway.get("/api/image?name=team/app:1")
      let name = try JSONDecoder().decode(Image.self, from: Data(image.bytes)).name
      #expect(name == "\(second.authority)/team/app:1")
      // The repository counts, whatever its tags.
      let found = try await gateway.get("/api/tags?name=team/app:9")
      let tags = try JSONDecoder().decode(Tags.self, from: Data(found.bytes))
      #expect(tags.repository == "\(second.authority)/team/app" && Set(tags.tags) == ["1", "2"])
      let missing = try await gateway.get("/api/image?name=team/app:3")
      #expect(missing.status == 404 && missing.code == "not-found")
      #expect(missing.text.contains("foundNowhere"))
    }
  }

  @Test func `T289 A registry that the server may not ask is passed over`() async throws {
    try await run(mayAskBoth: false) { gateway, first, second in
      let answer = try await gateway.get("/archive/team/app:1.tar")
      #expect(answer.status == 200 && !answer.isCut)
      #expect(first.connections == 0)
    }
  }
}
