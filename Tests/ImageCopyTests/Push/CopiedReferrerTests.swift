import FoundationEssentials
import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Synchronization
import Testing

@testable import ImageCopy

@Suite("Referrers that are copied")
struct CopiedReferrerTests {
  private let image = ImageFixture(layers: [2_000], seed: 198)

  private var signature: ImageFixture { .artifact("signed", about: image.manifest, annotations: #"{"made":"today"}"#) }
  private var tag: String { image.manifest.digest.replacing(":", with: "-") }

  private struct Index: Decodable {
    struct Entry: Decodable {
      let digest: String
      let artifactType: String?
      let annotations: [String: String]?
    }
    let manifests: [Entry]
  }

  private func listed(_ scene: TwoRegistries) throws -> [Index.Entry]? {
    guard let bytes = scene.target.registry.manifest(tag, "copy/app") else { return nil }
    return try JSONDecoder().decode(Index.self, from: Data(bytes)).manifests
  }

  private func keep(_ scene: TwoRegistries) {
    scene.source.keep(image, as: "1")
    scene.source.keep(signature, as: "unused")
  }

  private static func source() -> PushRegistry { PushRegistry { $0.listsReferrers = true } }

  @Test("T198: where the target lists referrers they go along behind the image, and no tag is made")
  func listedByTarget() async throws {
    let target = PushRegistry {
      $0.listsReferrers = true
      $0.tellsSubject = true
    }
    try await TwoRegistries.run(from: Self.source(), to: target) { scene in
      keep(scene)
      _ = try await scene.copy(try scene.request())
      #expect(scene.target.registry.manifest(signature.manifest.digest, "copy/app") == signature.manifest.bytes)
      #expect(try listed(scene) == nil)
      let puts = scene.target.server.requests.filter { $0.method == "PUT" && $0.path.contains("/manifests/") }
      #expect(puts.map { $0.path.split(separator: "/").last ?? "" } == ["1", signature.manifest.digest[...]])

      // It is not sent twice.
      let before = scene.target.server.requests.count
      _ = try await scene.copy(try scene.request())
      #expect(scene.target.count("PUT", "/", from: before) == 0)
    }
  }

  /// Holds answers back until so many questions have come.
  private final class Meeting: Sendable {
    let gate = Gate()
    private let asked = Mutex<Set<String>>([])
    private let count: Int

    init(_ count: Int) { self.count = count }

    func reply(to request: RecordedRequest, _ status: Int) -> Reply {
      let isFull = asked.withLock { asked in
        asked.insert(request.path)
        return asked.count == count
      }
      if isFull { gate.open() }
      return Reply(status).hold(after: 0, at: gate)
    }
  }

  @Test(
    "T383: an image's signatures are asked for at once, and its blobs at the target meanwhile",
    .timeLimit(.minutes(10)))
  func atOnce() async throws {
    try await TwoRegistries.run { scene in
      let signatures = [".sig", ".att", ".sbom"].map { "/v2/team/app/manifests/\(tag)\($0)" }
      let meeting = Meeting(signatures.count + image.blobs.count)
      for path in signatures {
        scene.source.server.addFirst(Rule("GET", path) { meeting.reply(to: $0, 404) })
      }
      for blob in image.blobs {
        let path = "/v2/copy/app/blobs/\(blob.digest)"
        scene.target.server.addFirst(Rule("HEAD", path) { meeting.reply(to: $0, 404) }.times(1))
      }
      scene.source.keep(image, as: "1")
      _ = try await scene.copy(try scene.request())
      #expect(scene.target.registry.manifest(image.manifest.digest, "copy/app") == image.manifest.bytes)
    }
  }

  @Test("T198: a registry that lists them, and does not say so, gets no tag either")
  func silentList() async throws {
    try await TwoRegistries.run(from: Self.source(), to: PushRegistry { $0.listsReferrers = true }) { scene in
      keep(scene)
      _ = try await scene.copy(try scene.request())
      #expect(try listed(scene) == nil)
    }
  }

  @Test(
    "T198: where the target has no list the tag for it is written, with kind and annotations, and what stood there stays"
  )
  func fallbackTag() async throws {
    try await TwoRegistries.run(from: Self.source()) { scene in
      keep(scene)
      let other = ImageFixture.artifact("other", about: image.manifest)
      let index = ImageFixture.Blob(
        mediaType: ImageFixture.indexType,
        bytes: Array(
          #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[\#(other.manifest.descriptor)]}"#
            .utf8))
      scene.target.registry.keep(manifest: index, as: tag, in: "copy/app")
      let events = try await scene.copy(try scene.request()).events
      let entries = try #require(try listed(scene))
      #expect(entries.map(\.digest) == [other.manifest.digest, signature.manifest.digest])
      #expect(entries.last?.artifactType == "application/spdx+json")
      #expect(entries.last?.annotations == ["made": "today"])
      #expect(
        !events.contains { if case .warning(.unlistedReferrer) = $0 { true } else { false } })

      let before = scene.target.server.requests.count
      _ = try await scene.copy(try scene.request())
      #expect(scene.target.count("PUT", "/", from: before) == 0)
    }
  }

  @Test("T199: who writes the tag at the same time loses nothing, and neither do we")
  func concurrent() async throws {
    let other = ImageFixture.artifact("other", about: image.manifest)
    let theirs =
      #"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[\#(other.manifest.descriptor)]}"#
    let tag = tag
    try await TwoRegistries.run(
      from: Self.source(), to: PushRegistry { $0.overwrites = [tag: Array(theirs.utf8)] }
    ) { scene in
      keep(scene)
      _ = try await scene.copy(try scene.request())
      #expect(try listed(scene)?.map(\.digest) == [other.manifest.digest, signature.manifest.digest])
    }
  }

  @Test("T199: a tag that may not be changed is told, and the copy goes on")
  func immutable() async throws {
    let tag = tag
    try await TwoRegistries.run(from: Self.source(), to: PushRegistry { $0.immutableTags = [tag] }) { scene in
      keep(scene)
      scene.target.registry.keep(
        manifest: .init(
          mediaType: ImageFixture.indexType,
          bytes: Array(#"{"schemaVersion":2,"mediaType":"\#(ImageFixture.indexType)","manifests":[]}"#.utf8)),
        as: tag, in: "copy/app")
      let (result, events) = try await scene.copy(try scene.request())
      #expect(result.images.count == 1)
      #expect(events.contains { if case .warning(.unlistedReferrer) = $0 { true } else { false } })
    }
  }

  @Test("T416: --no-fallback-tag stores referrers, leaves the tag as it is, and tells what is not listed, once")
  func withoutTag() async throws {
    try await TwoRegistries.run(from: Self.source()) { scene in
      keep(scene)
      var request = try scene.request()
      request.writesReferrerTags = false
      let unlisted = PushWarning.referrerTagLeftOut(try Digest(parsing: signature.manifest.digest))
      let told = { (events: [PushEvent]) in
        events.compactMap { event -> PushWarning? in
          if case .warning(.referrerTagLeftOut(let digest)) = event { .referrerTagLeftOut(digest) } else { nil }
        }
      }
      #expect(told(try await scene.copy(request).events) == [unlisted])
      #expect(scene.target.registry.manifest(signature.manifest.digest, "copy/app") == signature.manifest.bytes)
      #expect(scene.target.registry.manifest(tag, "copy/app") == nil)

      // What is there is not sent again for that.
      let before = scene.target.server.requests.count
      #expect(told(try await scene.copy(request).events).isEmpty)
      #expect(scene.target.count("PUT", "/", from: before) == 0)

      // Without the option it is listed after all, and then that is left as it is.
      _ = try await scene.copy(try scene.request())
      #expect(try listed(scene)?.map(\.digest) == [signature.manifest.digest])
      _ = try await scene.copy(request)
      #expect(try listed(scene)?.map(\.digest) == [signature.manifest.digest])
    }
  }

  @Test("T416: --no-fallback-tag makes no difference where the target lists referrers")
  func withoutTagButListed() async throws {
    try await TwoRegistries.run(from: Self.source(), to: PushRegistry { $0.listsReferrers = true }) { scene in
      keep(scene)
      var request = try scene.request()
      request.writesReferrerTags = false
      let events = try await scene.copy(request).events
      #expect(scene.target.registry.manifest(signature.manifest.digest, "copy/app") == signature.manifest.bytes)
      #expect(!events.contains { if case .warning(.referrerTagLeftOut) = $0 { true } else { false } })
    }
  }

  @Test("T199: cosign's tags go along under their names; --no-referrers leaves all of it")
  func cosign() async throws {
    try await TwoRegistries.run { scene in
      scene.source.keep(image, as: "1")
      let signature = ImageFixture(layers: [10], seed: 5)
      scene.source.keep(signature, as: "\(tag).sig")
      var request = try scene.request(to: "copy/plain:1")
      request.bringsReferrers = false
      _ = try await scene.copy(request)
      #expect(scene.target.registry.manifest("\(tag).sig", "copy/plain") == nil)
      _ = try await scene.copy(try scene.request())
      #expect(scene.target.registry.manifest("\(tag).sig", "copy/app") == signature.manifest.bytes)
    }
  }
}
