import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Synchronization
import Testing

@testable import ImageCopy

@Suite("Further tags")
struct ImageTaggingTests {
  private let image = ImageFixture(layers: [300], seed: 200)
  private let other = ImageFixture(layers: [400], seed: 201)

  private func run(
    _ registry: PushRegistry = PushRegistry(), _ body: (ScriptedServer) async throws -> Void
  ) async throws {
    try await ScriptedServer.run { server in
      registry.serve(on: server)
      for blob in image.blobs { registry.keep(blob) }
      registry.keep(manifest: image.manifest, as: "1")
      try await body(server)
    }
  }

  private func tag(
    _ server: ScriptedServer, _ name: String = "team/app:1", as tags: [String], onlyAsks: Bool = false
  ) async throws -> [PushedImage] {
    let tagged = Mutex<[PushedImage]>([])
    let reference = try ImageReference(parsing: "\(server.authority)/\(name)")
    try await ImageTagging(reference, tags: tags, TwoRegistries.access).run(
      onlyAsks: onlyAsks, warn: { _ in }, tagged: { image in tagged.withLock { $0.append(image) } })
    return tagged.withLock(\.self)
  }

  private func asked(_ server: ScriptedServer, from: Int = 0) -> [String] {
    server.requests[from...].filter { $0.path != "/v2/" }.map {
      "\($0.method) \($0.path.split(separator: "/").last ?? "")"
    }
  }

  @Test(
    "T200: the manifest is put under each tag, and read once; what stands for the image already is asked for by HEAD alone"
  )
  func tagged() async throws {
    let registry = PushRegistry()
    try await run(registry) { server in
      let images = try await tag(server, as: ["2", "1", "latest"])
      #expect(images.map(\.wasThere) == [false, true, false])
      #expect(images.allSatisfy { "\($0.digest)" == image.manifest.digest })
      #expect(images.map(\.reference.tag) == ["2", "1", "latest"])
      #expect(registry.manifest("2") == image.manifest.bytes)
      #expect(registry.manifest("latest") == image.manifest.bytes)
      #expect(server.requests.count { $0.method == "GET" && $0.path.contains("/manifests/") } == 1)
      #expect(!server.requests.contains { $0.path.contains("/blobs/") })

      let before = server.requests.count
      #expect(try await tag(server, as: ["2"]).map(\.wasThere) == [true])
      #expect(asked(server, from: before) == ["HEAD 1", "HEAD 2"])
    }
  }

  @Test("T200: by a digest, and without writing where it is only asked")
  func byDigest() async throws {
    let registry = PushRegistry()
    try await run(registry) { server in
      let name = "team/app@\(image.manifest.digest)"
      #expect(try await tag(server, name, as: ["new"], onlyAsks: true).map(\.wasThere) == [false])
      #expect(registry.manifest("new") == nil)
      _ = try await tag(server, name, as: ["new"])
      #expect(registry.manifest("new") == image.manifest.bytes)
    }
  }

  @Test(
    "T200: an immutable tag that stands for something else is told, and one that stands for the image is no obstacle")
  func immutable() async throws {
    let registry = PushRegistry { $0.immutableTags = ["1", "2"] }
    registry.keep(manifest: other.manifest, as: "2")
    try await run(registry) { server in
      let again = try await tag(server, as: ["1"])
      #expect(again.map(\.wasThere) == [true])
      let error = await #expect(throws: RegistryError.self) { try await tag(server, as: ["2"]) }
      #expect(error?.reason == .upload(.tagImmutable("2")))
      #expect(registry.manifest("2") == other.manifest.bytes)
    }
  }

  @Test("T200: what is not there cannot be tagged, and a registry that keeps nothing is not believed")
  func failures() async throws {
    try await run { server in
      let missing = await #expect(throws: RegistryError.self) { try await tag(server, "team/app:9", as: ["2"]) }
      #expect(missing?.failureClass == .notFound)
      #expect(!server.requests.contains { $0.method == "PUT" })
    }
    try await run(PushRegistry { $0.forgetsManifests = true }) { server in
      let error = await #expect(throws: RegistryError.self) { try await tag(server, as: ["2"]) }
      let digest = try Digest(parsing: image.manifest.digest)
      #expect(error?.reason == .upload(.notStored(digest)))
    }
  }
}
