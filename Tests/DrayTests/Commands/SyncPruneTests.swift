import CLibrary
import FileAccess
import ScriptedServer
import SystemPackage
import Testing

@testable import dray

@Suite("dray sync --prune")
struct SyncPruneTests {
  private let image = ImageFixture(layers: [300], seed: 224)

  /// A registry with `team/app:1`, and `mirror/app:old` and `mirror/app:older`; and a list of names there.
  private func withList(
    _ names: [String], _ body: (_ list: String, _ target: String, PushRegistry, ScriptedServer) async throws -> Void
  ) async throws {
    let path = "/tmp/dray-prune-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    defer { unlink(path) }
    try await ScriptedServer.run { server in
      let registry = PushRegistry()
      registry.serve(on: server)
      for blob in image.blobs { registry.keep(blob) }
      registry.keep(manifest: image.manifest, as: "1")
      for tag in ["old", "older"] { registry.keep(manifest: image.manifest, as: tag, in: "mirror/app") }
      let text = names.map { "\(server.authority)/\($0)\n" }.joined()
      try FilePlace(FilePath(path)).write(Array(text.utf8))
      try await body(path, "\(server.authority)/mirror", registry, server)
    }
  }

  private static let options = ["--strip-prefix", "team", "--prune"]

  @Test("T224: --dry-run tells what would be deleted, for people and programs; --yes deletes it")
  func planned() async throws {
    try await withList(["team/app:1"]) { list, target, registry, server in
      let plan = try TestWorld()
      let arguments = ["sync", list, target] + Self.options
      #expect(await Program.run(arguments + ["--dry-run"], in: plan.context()) == .success, "\(plan.errors.text)")
      #expect(plan.output.text.contains("\(target)/app:old would be deleted: it points to \(image.manifest.digest)\n"))

      let json = try TestWorld()
      #expect(await Program.run(arguments + ["--dry-run", "--json"], in: json.context()) == .success)
      let lines = json.output.text.split(separator: "\n").filter { $0.contains(#""event":"pruned""#) }
      #expect(lines.count == 2 && lines.allSatisfy { $0.contains(#""outcome":"planned""#) }, "\(json.output.text)")
      #expect(server.requests.allSatisfy { $0.method != "DELETE" })

      let world = try TestWorld()
      #expect(await Program.run(arguments + ["--yes", "--json"], in: world.context()) == .success)
      #expect(world.output.text.contains(#""outcome":"deleted""#))
      #expect(registry.manifest("old", "mirror/app") == nil && registry.manifest("older", "mirror/app") == nil)
      #expect(registry.manifest("1", "mirror/app") == image.manifest.bytes)
    }
  }

  @Test("T224: a pattern that stands for nothing leaves every tag")
  func patternFailed() async throws {
    try await withList(["team/app:1", "nothing/*"]) { list, target, _, server in
      let world = try TestWorld()
      let code = await Program.run(["sync", list, target, "--yes"] + Self.options, in: world.context())
      #expect(code.number == 1)
      #expect(world.errors.text.contains("no tags are deleted"))
      #expect(server.requests.allSatisfy { $0.method != "DELETE" })
    }
  }

  @Test("T224: a registry that lets no tags be deleted is told once, and the code is 1")
  func refused() async throws {
    try await withList(["team/app:1"]) { list, target, registry, _ in
      registry.change { $0.deletionStatus = 405 }
      let other = ImageFixture(layers: [40], seed: 225)
      for tag in ["old", "older"] { registry.keep(manifest: other.manifest, as: tag, in: "mirror/app") }
      let world = try TestWorld()
      let code = await Program.run(["sync", list, target, "--yes"] + Self.options, in: world.context())
      #expect(code.number == 1)
      #expect(world.errors.text.split(separator: "does not let tags be deleted").count == 2, "\(world.errors.text)")
    }
  }

  @Test("T224: at a terminal the tags are shown, and go only where the answer is yes", arguments: ["n\n", "y\n"])
  func asked(_ answer: String) async throws {
    try await withList(["team/app:1"]) { list, target, registry, _ in
      let terminal = try Pseudoterminal()
      let world = try TestWorld(input: terminal.slave, terminal: terminal.slave)
      terminal.type(answer)
      async let code = Program.run(["sync", list, target] + Self.options, in: world.context())
      let shown = await terminal.expect("Done:")
      #expect(await code == .success)
      #expect(shown.contains("Delete 2 tags? [y/N]") && shown.contains("app:old would be deleted"))
      #expect((registry.manifest("old", "mirror/app") == nil) == (answer == "y\n"))
      #expect(shown.contains("No tags were deleted") == (answer == "n\n"))
    }
  }
}
