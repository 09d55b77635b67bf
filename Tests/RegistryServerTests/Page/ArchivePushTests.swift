import FileAccess
import FoundationEssentials
import HTTPTypes
import ImageCopy
import ImageModel
import RegistryAuth
import RegistryServer
import ScriptedServer
import Synchronization
import TemporaryFolders
import Testing
import Waiting

@Suite("Archives that the page pushes to a registry")
struct ArchivePushTests {
  private static let image = ImageFixture(layers: [300_032, 70_144])

  private func push(to server: ScriptedServer, in folder: TemporaryFolder) throws -> ArchivePush {
    var access = RegistryAccess(credentials: NoCredentials())
    access.usesPlainHTTP = true
    return ArchivePush(
      to: .below(try RegistryName(parsing: server.authority), path: "team"), access, temporary: folder.path,
      words: { error, language in "\(language ?? "-"): \(error)" })
  }

  private func send(
    _ archive: [UInt8], to server: ScriptedServer, in folder: TemporaryFolder
  ) async throws -> ServerAnswer {
    try await send(archive, by: push(to: server, in: folder))
  }

  private func send(_ archive: [UInt8], by push: ArchivePush) async throws -> ServerAnswer {
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

  private struct Progress: Decodable, Sendable {
    let phase: String
    let done: Int64
    let total: Int64
  }

  @Test(
    "T396: while an archive is pushed its progress counts the bytes that went, up to those of all its blobs",
    .timeLimit(.minutes(10)))
  func progress() async throws {
    let folder = try TemporaryFolder()
    let registry = PushRegistry()
    let ended = Atomic(0)
    let seen = Mutex<[(method: String, path: String, progress: Progress?)]>([])
    let total = Self.image.blobs.reduce(0) { $0 + Int64($1.size) }
    try await ScriptedServer.run { server in
      let push = try push(to: server, in: folder)
      server.on("*", "/v2/*") { [origin = server.origin] request in
        let asked = ServerRequest(method: .get, path: "/api/upload", query: [("id", "a1")])
        let text = try await push.answer(asked)?.text ?? ""
        let progress = try? JSONDecoder().decode(Progress.self, from: Data(text.utf8))
        seen.withLock { $0.append((request.method, request.path, progress)) }
        // It is told ten times a second at most: no two uploads end at the same time.
        if request.method == "PUT", request.path.contains("/uploads/") {
          try await Task.sleep(for: .milliseconds(150 * ended.wrappingAdd(1, ordering: .relaxed).newValue))
        }
        return registry.reply(to: request, origin: origin)
      }
      #expect(try await send(Self.image.archive("app:1.0"), by: push).status == .ok)
      let uploads = seen.withLock { $0 }.filter { ["PATCH", "PUT"].contains($0.method) }
      let counted = uploads.compactMap(\.progress)
      #expect(counted.count == uploads.count && counted.allSatisfy { $0.phase == "pushing" && $0.total == total })
      // Before the first byte of a blob goes, its upload is begun.
      let begun = try #require(seen.withLock { $0 }.first { $0.method == "POST" }?.progress)
      #expect(begun.phase == "pushing" && begun.done < total)
      #expect(uploads.last.map { $0.path.contains("/manifests/") && $0.progress?.done == total } == true, "\(uploads)")
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
