import CLibrary
import FileAccess
import ScriptedServer
import SystemPackage
import Testing

@testable import dray

@Suite("Tags that Quay will delete, in copy and sync")
struct ExpiryNoticeTests {
  private let image: ImageFixture = {
    let config = #"{"architecture":"amd64","os":"linux","config":{"Labels":{"quay.expires-after":"2w"}}}"#
    return ImageFixture(
      config: ImageFixture.Blob(mediaType: ImageFixture.configType, bytes: Array(config.utf8)),
      layers: ImageFixture(layers: [300], seed: 361).layers)
  }()

  @Test("T361: copy and sync tell it once, on standard error, also with --json and in a dry run")
  func commands() async throws {
    let list = "/tmp/dray-expiry-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    defer { unlink(list) }
    for options in [[], ["--json"], ["--dry-run"]] {
      try await ScriptedServer.run { server in
        let (host, registry) = (server.authority, PushRegistry { $0.product = .quay })
        registry.serve(on: server)
        for blob in image.blobs { registry.keep(blob) }
        registry.keep(manifest: image.manifest, as: "1")
        try FilePlace(FilePath(list)).write(Array("\(host)/team/app:1\n".utf8))
        for (arguments, tag) in [
          (["copy", "\(host)/team/app:1", "\(host)/copy/app:1"], "copy/app:1"),
          (["sync", list, "\(host)/mirror", "--strip-prefix", "team"], "mirror/app:1"),
        ] {
          let world = try TestWorld()
          let code = await Program.run(arguments + options, in: world.context())
          #expect(code == .success, "\(world.errors.text)")
          let lines = world.errors.text.split(separator: "\n").filter { $0.contains("quay.expires-after=2w") }
          #expect(lines.count == 1, "\(world.errors.text)")
          #expect(lines.first?.contains("Quay will delete the tag \(host)/\(tag) in 2w") == true, "\(lines)")
        }
      }
    }
  }
}
