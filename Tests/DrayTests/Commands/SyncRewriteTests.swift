import CLibrary
import FileAccess
import ScriptedServer
import SystemPackage
import Testing

@testable import dray

@Suite("dray sync --rewrite")
struct SyncRewriteTests {
  private let image = ImageFixture(layers: [300], seed: 313)

  @Test(
    "T313: the file comes out with the names at the target, beside the map; names that are not there stay, and are told"
  )
  func rewritten() async throws {
    let folder = "/tmp/dray-rewrite-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    mkdir(folder, 0o700)
    defer { for name in ["list", "map.json", "deploy.yaml", ""] { remove("\(folder)/\(name)") } }
    try await ScriptedServer.run { server in
      let registry = PushRegistry()
      registry.serve(on: server)
      for blob in image.blobs { registry.keep(blob) }
      registry.keep(manifest: image.manifest, as: "1")
      let source = "\(server.authority)/team/app:1"
      func yaml(_ name: String, _ missing: String) -> String {
        "# as it was\nspec:\n  containers:\n    - {name: a, image: '\(name)'}\n    - image: \(missing)   # other\n"
      }
      let missing = "\(server.authority)/team/missing:1"
      for (name, text) in [("list", "\(source)\n\(missing)\n"), ("deploy.yaml", yaml(source, missing))] {
        try FilePlace(FilePath("\(folder)/\(name)")).write(Array(text.utf8))
      }
      let target = "\(server.authority)/mirror"
      let arguments = [
        "sync", "\(folder)/list", target, "--rewrite", "\(folder)/deploy.yaml", "--map-file", "\(folder)/map.json",
      ]
      let plan = try TestWorld()
      _ = await Program.run(arguments + ["--dry-run"], in: plan.context())
      let world = try TestWorld()
      #expect(await Program.run(arguments, in: world.context()).number == 1)
      let new = "\(target)/team/app:1@\(image.manifest.digest)"
      #expect(world.output.text == yaml(new, missing), "\(world.errors.text)")
      #expect(plan.output.text == world.output.text)
      #expect(world.errors.text.contains("\(missing)"))
      let map = String(
        decoding: try FileDescriptor.bytes(of: FilePath("\(folder)/map.json"), limit: 10_000), as: UTF8.self)
      #expect(map.contains("\(target)/team/app:1") && map.contains(image.manifest.digest))

      let json = try TestWorld()
      #expect(await Program.run(arguments + ["--json"], in: json.context()) == .failure(.usage))
    }
  }
}
