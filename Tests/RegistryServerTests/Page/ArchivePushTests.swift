import FileAccess
import HTTPTypes
import ImageCopy
import ImageModel
import RegistryAuth
import RegistryServer
import ScriptedServer
import TemporaryFolders
import Testing
import Waiting

@Suite("Archives that the page pushes to a registry")
struct ArchivePushTests {
  private static let image = ImageFixture(layers: [300_032, 70_144])

  private func send(
    _ archive: [UInt8], to server: ScriptedServer, in folder: TemporaryFolder
  ) async throws -> ServerAnswer {
    var access = RegistryAccess(credentials: NoCredentials())
    access.usesPlainHTTP = true
    let push = ArchivePush(
      to: .below(try RegistryName(parsing: server.authority), path: "team"), access, temporary: folder.path,
      words: { error, language in "\(language ?? "-"): \(error)" })
    let pieces = stride(from: 0, to: archive.count, by: 50_000).map {
      Array(archive[$0..<min($0 + 50_000, archive.count)])
    }
    return try await withWorkers(loops: 1, threads: 4) {
      let request = ServerRequest(
        method: .post, path: "/api/upload", query: [("id", "a1")], fields: [.acceptLanguage: "zh"],
        body: PushScene.Pieces(pieces: pieces))
      return try #require(try await push.answer(request))
    }
  }

  @Test("T333: an archive is checked, goes to the registry under its own name, and nothing of it stays on the disk")
  func pushed() async throws {
    let folder = try TemporaryFolder()
    let registry = PushRegistry()
    try await ScriptedServer.run { server in
      registry.serve(on: server)
      let answer = try await send(Self.image.archive("quay.io/group/app:1.0"), to: server, in: folder)
      #expect(answer.status == .ok, "\(answer.text)")
      #expect(answer.text.contains(#""images":["\#(server.authority)/team/group/app:1.0"]"#), "\(answer.text)")
      #expect(registry.manifest("1.0", "team/group/app") == Self.image.manifest.bytes)
      #expect(registry.blobs("team/group/app") == Set(Self.image.blobs.map(\.digest)))
      #expect(try Folder(opening: folder.path).names().isEmpty)
    }
  }

  @Test("T334: of a damaged archive, or of what is none, nothing is pushed")
  func damaged() async throws {
    let folder = try TemporaryFolder()
    let registry = PushRegistry()
    try await ScriptedServer.run { server in
      registry.serve(on: server)
      var archive = Self.image.archive("app:1.0")
      let layer = try #require(archive.firstRange(of: Self.image.layers[0].bytes.prefix(2_000))).lowerBound
      archive[layer + 1_000] ^= 1
      let answer = try await send(archive, to: server, in: folder)
      #expect(answer.status == .unprocessableContent)
      #expect(answer.text.contains(#""code":"damaged""#), "\(answer.text)")
      let other = try await send(Array("PK\u{3}\u{4}".utf8), to: server, in: folder)
      #expect(other.text.contains(#""code":"not-an-archive""#), "\(other.text)")
      #expect(registry.requestCount == 0)
    }
  }

  @Test("T335: what the registry refuses is told in the reader's language")
  func refused() async throws {
    let folder = try TemporaryFolder()
    try await ScriptedServer.run { server in
      server.on("*", "/v2/*", reply: .registryError(403, "DENIED", "<b>quota</b>"))
      let answer = try await send(Self.image.archive("app:1.0"), to: server, in: folder)
      #expect(answer.status == .badGateway)
      #expect(answer.text.contains(#""message":"zh: "#), "\(answer.text)")
      #expect(try Folder(opening: folder.path).names().isEmpty)
    }
  }
}
