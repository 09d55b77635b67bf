import ImageArchive
import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Testing

@testable import ImageCopy

@Suite("Several platforms of one image")
struct PlatformsTests {
  private let amd = ImageFixture(layers: [50_000, 9_000], seed: 601)
  private let arm = ImageFixture(layers: [40_000, 9_000], seed: 602, architecture: "arm64")
  private let riscv = ImageFixture(layers: [30_000], seed: 603, architecture: "riscv64")
  private let statement = ImageFixture(
    config: .init(mediaType: ImageFixture.configType, bytes: Array(#"{"architecture":"unknown","os":"unknown"}"#.utf8)),
    layers: [.init(mediaType: "application/vnd.in-toto+json", bytes: Array(#"{"_type":"x"}"#.utf8))])

  private func platform(_ architecture: String) -> String {
    #","platform":{"os":"linux","architecture":"\#(architecture)"}"#
  }

  private var index: ImageFixture.Blob {
    .index([
      amd.manifest.entry(platform("amd64")), arm.manifest.entry(platform("arm64")),
      riscv.manifest.entry(platform("riscv64")),
      statement.manifest.entry(
        #","platform":{"os":"unknown","architecture":"unknown"},"annotations":{"vnd.docker.reference.type":"attestation-manifest"}"#
      ),
    ])
  }

  private func serve(_ server: ScriptedServer, _ images: [ImageFixture]) {
    server.serveManifest(index)
    for image in images {
      server.serveManifest(image.manifest, tag: image.manifest.digest)
      server.serveBlobs(image)
    }
  }

  private func pull(
    _ scene: PullScene, _ server: ScriptedServer, _ platforms: PlatformSelection
  ) async throws -> (PullResult, StoredArchive) {
    let outcome = try await scene.pull("\(server.authority)/team/app:1", change: { $0.image.platforms = platforms })
    let result = try #require(outcome.result, "\(String(describing: outcome.error))")
    return (result, try StoredArchive(opening: scene.folder.appending(try #require(scene.files.first))))
  }

  @Test("all platforms: the index and everything that it names, attestations included")
  func all() async throws {
    let images = [amd, arm, riscv, statement]
    try await ScriptedServer.run { server in
      serve(server, images)
      try await PullScene.run { scene in
        let (result, archive) = try await pull(scene, server, .all)
        #expect(scene.files == ["app_1_all-platforms.tar"])
        #expect(result.images.first?.digest.description == index.digest)
        #expect(result.manifestDigest.description == amd.manifest.digest)
        #expect(archive.images.count == 3)
        #expect(archive.images.allSatisfy { $0.isWhole })
        #expect(archive.images.allSatisfy { $0.root?.bytes == index.bytes })
        #expect(archive.artifacts.map(\.descriptor.digest.description) == [statement.manifest.digest])
        for blob in images.flatMap(\.blobs) {
          let digest = try Digest(parsing: blob.digest)
          #expect(archive.blob(digest, size: blob.size) != nil)
        }
        // Docker's own list names the image for this machine.
        #expect(archive.dockerEntries.map(\.config) == ["blobs/sha256/\(amd.config.digest.dropFirst(7))"])
      }
    }
  }

  @Test("some platforms: the index as it is, and the blobs of those alone")
  func sparse() async throws {
    try await ScriptedServer.run { server in
      serve(server, [arm, riscv])
      try await PullScene.run { scene in
        let platforms = [Platform(os: "linux", architecture: "riscv64"), Platform(os: "linux", architecture: "arm64")]
        let (result, archive) = try await pull(scene, server, .several(platforms))
        #expect(scene.files == ["app_1_linux-riscv64_linux-arm64.tar"])
        #expect(result.images.first?.digest.description == index.digest)
        // None is this machine's, so Docker's list names the first that was asked for.
        #expect(result.manifestDigest.description == riscv.manifest.digest)
        #expect(
          archive.images.map { $0.document?.descriptor.digest.description } == [arm, riscv].map(\.manifest.digest))
        #expect(archive.images.allSatisfy { $0.isWhole })
        let absent = try Digest(parsing: amd.manifest.digest)
        #expect(archive.blob(absent, size: amd.manifest.size) == nil)
      }
    }
  }

  @Test("a platform that the index does not have is an error that names those it has")
  func missing() async throws {
    try await ScriptedServer.run { server in
      serve(server, [amd])
      try await PullScene.run { scene in
        let outcome = try await scene.pull(
          "\(server.authority)/team/app:1",
          change: {
            $0.image.platforms = .several([
              Platform(os: "linux", architecture: "amd64"), Platform(os: "linux", architecture: "s390x"),
            ])
          })
        guard case ResolveError.noSuchPlatform(_, let wanted, let available)? = outcome.error as? ResolveError else {
          Issue.record("\(String(describing: outcome.error))")
          return
        }
        #expect(wanted.architecture == "s390x")
        #expect(available.map(\.architecture) == ["amd64", "arm64", "riscv64"])
        #expect(scene.files.isEmpty)
      }
    }
  }

  @Test("a tag without an index has its one platform, whatever is asked for")
  func noIndex() async throws {
    try await ScriptedServer.run { server in
      server.serve(arm)
      try await PullScene.run { scene in
        let (result, archive) = try await pull(scene, server, .all)
        #expect(result.images.first?.digest.description == arm.manifest.digest)
        #expect(archive.images.count == 1)
        let outcome = try await scene.pull(
          "\(server.authority)/team/app:1",
          change: {
            $0.image.platforms = .several([
              Platform(os: "linux", architecture: "arm64"), Platform(os: "linux", architecture: "amd64"),
            ])
          })
        #expect(outcome.failureClass == .unsupported)
      }
    }
  }
}
