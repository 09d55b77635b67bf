import ArchiveTools
import ImageArchive
import ImageModel
import PullScenes
import ScriptedServer
import Synchronization
import Testing

@testable import ImageCopy

@Suite("Copies whose layers are compressed anew")
struct RewrittenCopyTests {
  private let image = SignedImage(version: 1, armIsPacked: true)

  /// The layers' types in an archive, of all its images.
  private func layers(_ archive: StoredArchive) throws -> Set<MediaType> {
    Set(archive.images.flatMap { $0.layers.compactMap { $0.descriptor?.mediaType } })
  }

  /// The old and the new digests that are told.
  private func changes(_ events: [PushEvent]) -> [[String]] {
    events.compactMap { if case .warning(.converted(_, let old, let new)) = $0 { ["\(old)", "\(new)"] } else { nil } }
  }

  @Test("T436: layers in gzip, onto the disk: what a pull with --layers writes, and the new digest is told")
  func ontoDisk() async throws {
    try await ScriptedServer.run { server in
      image.serve(server, tag: "1")
      try await PullScene.run { scene in
        let requested = try RequestedImage("\(server.authority)/team/app:1", .all)
        _ = try await scene.pull([requested], to: "pulled.tar", observed: { _ in }) { $0.layers = .gzip }
        let source = try scene.source(server, "team/app:1")
        await #expect(throws: PushError.unknownBeforeCompression) {
          _ = try await scene.prepared([source], to: "copied.tar") { $0.layers = .gzip }.plan { _ in }
        }
        let (result, events) = try await scene.export([source], to: "copied.tar") { $0.layers = .gzip }
        #expect(try scene.isEqual("copied.tar", "pulled.tar"))
        let digest = try #require(scene.archive("copied.tar").images.first?.root?.descriptor.digest)
        #expect(result.images.map(\.digest) == [digest])
        let told = events.compactMap { event -> Digest? in
          if case .warning(.converted(_, _, let now)) = event { now } else { nil }
        }
        #expect(told == [digest])
        #expect(scene.files == ["copied.tar", "pulled.tar"])
      }
    }
  }

  @Test("T436: compressed anew and then in Docker's format: nothing that stood between stays")
  func formatted() async throws {
    try await ScriptedServer.run { server in
      image.serve(server, tag: "1")
      try await PullScene.run { scene in
        let source = try scene.source(server, "team/app:1")
        let (result, events) = try await scene.export([source], to: "copied.tar") {
          $0.layers = .gzip
          $0.conversion.format = .docker
          $0.conversion.dropsAttestations = true
        }
        #expect(changes(events) == [["\(image.index.digest)", "\(result.images[0].digest)"]])
        let archive = try scene.archive("copied.tar")
        #expect(try layers(archive) == [.dockerLayerGzip])
        #expect(archive.images.first?.root?.descriptor.digest == result.images.first?.digest)
        #expect(scene.files == ["copied.tar"])
      }
    }
  }

  @Test("T436: from registry to registry, over a folder that is gone afterwards; a plan of it is refused")
  func intoRegistry() async throws {
    let plain = ImageFixture(layers: [20_000, 300], seed: 953)
    try await TwoRegistries.run { scene in
      scene.source.keep(plain, as: "1")
      try await PullScene.run { folder in
        let push = RewritingPush(
          try scene.request(), layers: .gzip, in: folder.folder.string, TwoRegistries.access)
        await #expect(throws: PushError.unknownBeforeCompression) { _ = try await push.plan { _ in } }
        let events = Mutex<[PushEvent]>([])
        let result = try await push.run { event in events.withLock { $0.append(event) } }
        #expect(changes(events.withLock(\.self)) == [[plain.manifest.digest, "\(result.images[0].digest)"]])
        let bytes = try #require(scene.target.registry.manifest("1", "copy/app"))
        #expect(result.images.map(\.digest) == [Digest.hash(bytes)])
        guard case .manifest(let manifest) = try ManifestDocument(parsing: bytes, contentType: nil) else {
          Issue.record("no manifest")
          return
        }
        #expect(manifest.layers.allSatisfy { $0.mediaType == .ociLayerGzip })
        #expect("\(manifest.config.digest)" == plain.config.digest)
        let wanted = Set(([manifest.config] + manifest.layers).map { "\($0.digest)" })
        #expect(scene.target.registry.blobs("copy/app") == wanted)
        #expect(folder.files.isEmpty)
        // The same layers are the same once more: nothing is sent.
        let again = try await push.run { _ in }
        #expect(again.blobsSent == 0 && again.images.map(\.wasThere) == [true])
      }
    }
  }
}
