import ArchiveTools
import FoundationEssentials
import ImageArchive
import ImageModel
import PullScenes
import ScriptedServer
import SystemPackage
import Testing

@testable import ImageCopy

@Suite("Copies into archives and layouts")
struct ImageExportTests {
  private let image = SignedImage(version: 1)

  @Test("T419: an image of a registry is the archive of a pull with all platforms and referrers, byte for byte")
  func fromRegistry() async throws {
    try await ScriptedServer.run { server in
      image.serve(server, tag: "1")
      try await PullScene.run { scene in
        let requested = try RequestedImage("\(server.authority)/team/app:1", .all)
        _ = try await scene.pull([requested], to: "pulled.tar")
        let copy = try scene.source(server, "team/app:1")
        let (result, _) = try await scene.export([copy], to: "copied.tar")
        #expect(try scene.isEqual("copied.tar", "pulled.tar"))
        #expect(result.images.map { "\($0.digest)" } == [image.index.digest])
        #expect(result.images.map { "\($0.reference)" } == ["\(server.authority)/team/app:1"])

        let sink = WrittenBytes()
        _ = try await scene.prepared([copy], to: "-", into: sink).run { _ in }
        #expect(try sink.bytes == scene.bytes("pulled.tar"))

        // Without signatures, and for one platform, as a pull has them.
        _ = try await scene.pull(
          [try RequestedImage("\(server.authority)/team/app:1", .all, referrers: false)], to: "plain-pulled.tar")
        _ = try await scene.export([copy], to: "plain.tar") { $0.bringsReferrers = false }
        #expect(try scene.isEqual("plain.tar", "plain-pulled.tar"))
        let asked = server.requests.count
        let again = try await scene.export([copy], to: "copied.tar")
        #expect(again.result.images.map(\.wasThere) == [true] && again.result.bytesSent == 0)
        #expect(!server.requests[asked...].contains { $0.path.contains("/blobs/") })
      }
    }
  }

  @Test("T419: a preview says what would be written, and makes nothing")
  func preview() async throws {
    try await ScriptedServer.run { server in
      image.serve(server, tag: "1")
      try await PullScene.run { scene in
        for name in ["copied.tar", "layout/"] {
          let plan = try await scene.prepared([try scene.source(server, "team/app:1")], to: name).plan { _ in }
          #expect(plan.images.map { "\($0.digest)" } == [image.index.digest])
          #expect(Set(plan.blobs.map(\.digest)).count == plan.blobs.count && plan.blobsPresent == 0)
          #expect(plan.bytesToSend == plan.blobs.reduce(0) { $0 + $1.size })
        }
        #expect(scene.files.isEmpty)
        #expect(!server.requests.contains { $0.path.contains("/blobs/") })
      }
    }
  }

  @Test("T420: from archive to layout to archive the bytes stay, signatures and all")
  func thereAndBack() async throws {
    try await ScriptedServer.run { server in
      image.serve(server, tag: "1")
      try await PullScene.run { scene in
        _ = try await scene.export([try scene.source(server, "team/app:1")], to: "one.tar")
        let asked = server.requests.count
        let layout = try await scene.export([scene.source("one.tar")], to: "layout/")
        #expect(layout.result.images.map { "\($0.digest)" } == [image.index.digest])
        _ = try await scene.export([scene.source("layout")], to: "two.tar")
        #expect(try scene.isEqual("one.tar", "two.tar"))
        // What is there is not written again.
        let again = try await scene.export([scene.source("one.tar")], to: "layout/")
        #expect(again.result.blobsSent == 0 && again.result.blobsPresent == layout.result.blobsSent)
        #expect(server.requests.count == asked)
        try FileManager.default.removeItem(atPath: scene.folder.appending("layout").string)
      }
    }
  }

  @Test("T432: an image that a layout has under its name is told to be there; under another name it is not")
  func present() async throws {
    try await ScriptedServer.run { server in
      image.serve(server, tag: "1")
      try await PullScene.run { scene in
        let source = try scene.source(server, "team/app:1")
        for isThere in [false, true] {
          let plan = try await scene.prepared([source], to: "layout/").plan { _ in }
          let (result, _) = try await scene.export([source], to: "layout/")
          #expect(plan.images.map(\.wasThere) == [isThere] && result.images.map(\.wasThere) == [isThere])
        }
        let other = try await scene.export([source], to: "layout/") {
          $0.names = .one(try ImageReference(parsing: "app:2"))
        }
        #expect(other.result.images.map(\.wasThere) == [false] && other.result.blobsSent == 0)
        try FileManager.default.removeItem(atPath: scene.folder.appending("layout").string)
      }
    }
  }

  @Test("T420: one platform of an archive, other names, and an archive with some platforms of its index")
  func chosen() async throws {
    try await ScriptedServer.run { server in
      image.serve(server, tag: "1")
      try await PullScene.run { scene in
        let some = try ["linux/amd64", "linux/arm64"].map { try Platform(parsing: $0) }
        _ = try await scene.pull([try RequestedImage("\(server.authority)/team/app:1", .several(some))], to: "some.tar")
        let copy = try await scene.export([scene.source("some.tar")], to: "copy.tar")
        #expect(copy.result.images.map { "\($0.digest)" } == [image.index.digest])
        #expect(try scene.isEqual("some.tar", "copy.tar"))

        let arm = try await scene.export([scene.source("some.tar")], to: "arm.tar") {
          $0.platform = some[1]
          $0.names = .one(try ImageReference(parsing: "app:arm"))
        }
        #expect(arm.result.images.map { "\($0.digest)" } == [image.arm.manifest.digest])
        let archive = try scene.archive("arm.tar")
        #expect(archive.images.map { $0.names.map(\.familiarName) } == [["app:arm"]])
        #expect(archive.referrers.map { "\($0.document.descriptor.digest)" } == [image.sbom.manifest.digest])
      }
    }
  }

  @Test("T421: what is written anew on the way has the digests that a copy into a registry has, and they are told")
  func conversions() async throws {
    try await ScriptedServer.run { server in
      image.serve(server, tag: "1")
      try await PullScene.run { scene in
        let (docker, events) = try await scene.export([try scene.source(server, "team/app:1")], to: "docker.tar") {
          $0.conversion.format = .docker
        }
        let digest = try #require(docker.images.first?.digest)
        let isTold = events.contains { event in
          if case .warning(.converted(_, let former, let now)) = event {
            "\(former)" == image.index.digest && now == digest
          } else {
            false
          }
        }
        #expect(isTold)
        let archive = try scene.archive("docker.tar")
        let root = try #require(archive.images.first?.root)
        #expect(root.descriptor.mediaType == .dockerManifestList && root.descriptor.digest == digest)
        #expect(archive.images.allSatisfy { $0.manifest?.mediaType == .dockerManifest && $0.isWhole })
        // They are about other bytes.
        #expect(archive.referrers.isEmpty && archive.artifacts.isEmpty)

        let few = try await scene.export([try scene.source(server, "team/app:1")], to: "few.tar") {
          $0.conversion.platforms = [try Platform(parsing: "linux/arm64")]
        }
        #expect(few.result.images.map { "\($0.digest)" } != [image.index.digest])
        let manifests = try scene.archive("few.tar").images.map {
          "\($0.document?.descriptor.digest.description ?? "")"
        }
        #expect(manifests == [image.arm.manifest.digest])
      }
    }
  }

  @Test("T422: images of registries and of archives go into one archive; what an archive has is not asked for")
  func mixed() async throws {
    let shared = ImageFixture(layers: [30_000, 500], seed: 950)
    let other = ImageFixture(layers: [7_000], seed: 951)
    try await ScriptedServer.run { server in
      server.serve(shared, repository: "team/shared")
      server.serve(other, repository: "team/other")
      try await PullScene.run { scene in
        _ = try await scene.export(
          [try scene.source(server, "team/shared:1")], to: "shared.tar", bringsReferrers: false)
        let asked = server.requests.count
        let sources = [
          try scene.source(server, "team/other:1"), scene.source("shared.tar"),
          try scene.source(server, "team/shared:1"),
        ]
        let (result, _) = try await scene.export(sources, to: "all.tar", bringsReferrers: false)
        #expect(result.images.map(\.reference.repository) == ["team/other", "team/shared"])
        let archive = try scene.archive("all.tar")
        #expect(archive.images.map { $0.names.map(\.repository) } == [["team/other"], ["team/shared"]])
        #expect(archive.images.allSatisfy { $0.isWhole })
        let digests = Set(shared.blobs.map(\.digest))
        #expect(!server.requests[asked...].contains { request in digests.contains { request.path.hasSuffix($0) } })

        await #expect(throws: ImageNamingError.self) {
          _ = try await scene.export(sources, to: "none.tar", bringsReferrers: false) {
            $0.names = .one(try ImageReference(parsing: "a:1"))
          }
        }
        #expect(!scene.files.contains { $0.contains("none") })
      }
    }
  }

  @Test("T437: a file of other images, or of none, is not replaced where the target was forgotten")
  func forgottenTarget() async throws {
    let both = TwoPlatforms()
    try await PullScene.run { scene in
      try scene.write(try both.archive(), to: "one.tar")
      _ = try await scene.export([scene.source("one.tar")], to: "other.tar") {
        $0.names = .one(try ImageReference(parsing: "other:1"))
      }
      try scene.write(Array("no archive".utf8), to: "text.tar")
      let before = try ["other.tar", "text.tar"].map { try scene.bytes($0) }
      for (name, names) in [("other.tar", ["docker.io/library/other:1"]), ("text.tar", [])] {
        let export = try scene.prepared([scene.source("one.tar")], to: name)
        let error = PushError.otherContent(path: scene.folder.appending(name).string, names: names)
        await #expect(throws: error) { _ = try await export.run { _ in } }
        await #expect(throws: error) { _ = try await export.plan { _ in } }
      }
      #expect(try ["other.tar", "text.tar"].map { try scene.bytes($0) } == before)
      #expect(scene.files == ["one.tar", "other.tar", "text.tar"])
    }
  }

  @Test("T423: a delta without its base, and wrong bytes of an archive: the place is named, and no archive appears")
  func faults() async throws {
    let delta = TwoPlatforms()
    try await PullScene.run { scene in
      try scene.write(try delta.indexDelta(), to: "delta.tar")
      let missing = await #expect(throws: CopyError.self) {
        _ = try await scene.export([scene.source("delta.tar")], to: "whole.tar")
      }
      guard case .blobsMissing(let digests, _, let place, let target)? = missing else {
        Issue.record("\(String(describing: missing))")
        return
      }
      #expect(digests.count == 2 && place.hasSuffix("delta.tar") && target.hasSuffix("whole.tar"))

      var bytes = try delta.archive()
      let layer = delta.arm.layers[0].bytes
      let start = try #require(bytes.firstRange(of: layer))
      bytes[start.lowerBound + 7] ^= 1
      try scene.write(bytes, to: "damaged.tar")
      let digest = try Digest(parsing: delta.arm.layers[0].digest)
      let damaged = scene.folder.appending("damaged.tar").string
      for name in ["whole.tar", "layout/"] {
        let error = await #expect(throws: CopyError.self) {
          _ = try await scene.export([scene.source("damaged.tar")], to: name)
        }
        #expect(error == .wrongBytes(digest, place: damaged))
      }
      let sink = WrittenBytes()
      let error = await #expect(throws: CopyError.self) {
        _ = try await scene.prepared([scene.source("damaged.tar")], to: "-", into: sink).run { _ in }
      }
      #expect(error == .wrongBytes(digest, place: damaged))
      #expect(!scene.files.contains("whole.tar"))
      #expect(!PullScene.names(in: scene.folder.appending("layout")).contains("index.json"))
      try FileManager.default.removeItem(atPath: scene.folder.appending("layout").string)
    }
  }

  @Test("T424: a copy that a failing registry ends goes on from what is there")
  func resume() async throws {
    let large = ImageFixture(layers: [6 << 20, 900], seed: 952)
    try await ScriptedServer.run { server in
      server.serveManifest(large.manifest, repository: "team/app")
      for blob in [large.config, large.layers[0]] { server.serve(blob, repository: "team/app") }
      let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
      server.on("/v2/team/app/blobs/\(large.layers[1].digest)", times: 1) { _ in
        for await _ in arrived { break }
        return Reply(404)
      }
      try await PullScene.run { scene in
        let source = try scene.source(server, "team/app:1")
        await #expect(throws: (any Error).self) {
          try await scene.prepared([source], to: "x.tar", bringsReferrers: false).run { event in
            guard case .progress(let progress) = event else { return }
            if progress.blobs.contains(where: { $0.received == large.layers[0].size }) { arrival.yield() }
          }
        }
        #expect(!scene.files.contains("x.tar") && scene.files.contains { $0.hasSuffix(".part") })
        server.serve(large.layers[1])
        let asked = server.requests.count
        _ = try await scene.export([source], to: "x.tar", bringsReferrers: false)
        #expect(scene.files == ["x.tar"])
        #expect(try scene.bytes("x.tar") == expectedArchive(large, reference: "\(server.authority)/team/app:1"))
        let ranges = server.requests[asked...].filter { $0.path.hasSuffix(large.layers[0].digest) }.map {
          $0.header("range")
        }
        #expect(!ranges.contains { $0 == nil || $0?.hasPrefix("bytes=0-") == true }, "\(ranges)")
      }
    }
  }
}
