import CLibrary
import FileAccess
import ScriptedServer
import SystemPackage
import Testing

@testable import dray

@Suite("--no-fallback-tag")
struct FallbackTagTests {
  private let image = ImageFixture(layers: [300], seed: 416)

  private var signature: ImageFixture.Blob {
    let text = String(decoding: image.manifest.bytes, as: UTF8.self).dropLast()
    return ImageFixture.Blob(
      mediaType: ImageFixture.manifestType, bytes: Array("\(text),\"subject\":\(image.manifest.descriptor)}".utf8))
  }

  private var tag: String { image.manifest.digest.replacing(":", with: "-") }

  /// A registry without a list of referrers, with `team/app:1`, its signature, and the tag that lists it.
  private func withSigned(_ body: (_ host: String, PushRegistry) async throws -> Void) async throws {
    try await ScriptedServer.run { server in
      let registry = PushRegistry()
      registry.serve(on: server)
      for blob in image.blobs { registry.keep(blob) }
      registry.keep(manifest: image.manifest, as: "1")
      registry.keep(manifest: signature, as: "unused")
      let index =
        #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[\#(signature.descriptor)]}"#
      registry.keep(manifest: ImageFixture.Blob(mediaType: ImageFixture.indexType, bytes: Array(index.utf8)), as: tag)
      try await body(server.authority, registry)
    }
  }

  @Test("T416: copy and sync take --no-fallback-tag: signatures are stored, their tag is not written, and that is told")
  func commands() async throws {
    let list = "/tmp/dray-fallback-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    defer { unlink(list) }
    try await withSigned { host, registry in
      try FilePlace(FilePath(list)).write(Array("\(host)/team/app:1\n".utf8))
      for (arguments, repository) in [
        (["copy", "\(host)/team/app:1", "\(host)/copy/app:1"], "copy/app"),
        (["sync", list, "\(host)/mirror", "--strip-prefix", "team", "--referrers"], "mirror/app"),
      ] {
        let world = try TestWorld()
        let code = await Program.run(arguments + ["--json", "--no-fallback-tag"], in: world.context())
        #expect(code == .success, "\(world.errors.text)")
        #expect(registry.manifest(signature.digest, repository) == signature.bytes)
        #expect(registry.manifest(tag, repository) == nil)
        #expect(world.errors.text.contains("stores \(signature.digest), but does not list it"), "\(world.errors.text)")

        let plain = try TestWorld()
        #expect(await Program.run(arguments, in: plain.context()) == .success, "\(plain.errors.text)")
        #expect(registry.manifest(tag, repository) != nil)
      }
    }
  }
}
