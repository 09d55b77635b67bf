import CLibrary
import ImageArchive
import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import SystemPackage
import Testing

@testable import ImageCopy

/// Several images have one short name. What was fetched of one is never taken for another, and never lost.
extension ResumeTests {
  private var other: ImageFixture { ImageFixture(layers: [30_000], seed: 180) }
  private static let unfinished = ["app_1.tar.part", "app_1.tar.part.journal"]

  @Test("T180: another image of one short name gets a longer one beside the unfinished archive, which goes on later")
  func otherImage() async throws {
    try await interrupted { scene, server, reference, mend in
      let before = try Self.unfinished.map { try scene.bytes($0) }
      server.serve(other, repository: "group/app")
      let second = "\(server.authority)/group/app:1"
      #expect(try await scene.pull(second).error == nil)
      #expect(scene.files == Self.unfinished + ["group_app_1.tar"])
      #expect(try scene.bytes("group_app_1.tar") == expectedArchive(other, reference: second))
      #expect(try Self.unfinished.map { try scene.bytes($0) } == before)
      mend()
      let fetched = try #require(try await scene.pull(reference).result).bytesFetched
      #expect(fetched <= Int64(3 << 20))
      #expect(scene.files == ["app_1.tar", "group_app_1.tar"])
      #expect(try scene.bytes("app_1.tar") == expectedArchive(image, reference: reference))
    }
  }

  @Test("T180: at a path that -o names, another image is refused, and told whose bytes are there")
  func otherImageAtPath() async throws {
    try await interrupted { scene, server, reference, mend in
      let before = try Self.unfinished.map { try scene.bytes($0) }
      server.serve(other, repository: "group/app")
      let path = scene.folder.appending("app_1.tar")
      let refused = ArchiveError.unfinishedPull(scene.folder.appending("app_1.tar.part"), of: [reference])
      let outcome = try await scene.pull(
        "\(server.authority)/group/app:1", change: { $0.output = .file(path.string) })
      #expect(outcome.error as? ArchiveError == refused)
      #expect(scene.files == Self.unfinished)
      #expect(try Self.unfinished.map { try scene.bytes($0) } == before)
      // With the first image among others nothing of it is lost.
      mend()
      let both = try await scene.pull(
        reference,
        change: {
          $0.output = .file(path.string)
          $0.images += [RequestedImage(reference: try ImageReference(parsing: "\(server.authority)/group/app:1"))]
        })
      #expect(try #require(both.result).bytesFetched <= Int64(3 << 20) + 100_000)
      #expect(scene.files == ["app_1.tar"])
    }
  }

  @Test("T180: --restart at a path that -o names throws away what another image has left there")
  func restartOfOther() async throws {
    try await interrupted { scene, server, _, _ in
      server.serve(other, repository: "group/app")
      let path = scene.folder.appending("app_1.tar")
      let second = "\(server.authority)/group/app:1"
      let outcome = try await scene.pull(second, restarts: true, change: { $0.output = .file(path.string) })
      #expect(outcome.error == nil)
      #expect(scene.files == ["app_1.tar"])
      #expect(try scene.bytes("app_1.tar") == expectedArchive(other, reference: second))
    }
  }

  @Test("T180: what an earlier version left goes on where its bytes are wanted, and else the pull is refused")
  func oldJournal() async throws {
    try await interrupted { scene, server, reference, mend in
      let journal = String(decoding: try scene.bytes("app_1.tar.part.journal"), as: UTF8.self)
      let old = journal.split(separator: "\n").filter { !$0.hasPrefix("image ") }.map { "\($0)\n" }.joined()
      try scene.write(Array(old.utf8), to: "app_1.tar.part.journal")
      server.serve(other, repository: "group/app")
      let outcome = try await scene.pull("\(server.authority)/group/app:1")
      #expect(outcome.error as? ArchiveError == .unfinishedPull(scene.folder.appending("app_1.tar.part")))
      #expect(scene.files == Self.unfinished)
      mend()
      #expect(try #require(try await scene.pull(reference).result).bytesFetched <= Int64(3 << 20))
      #expect(scene.files == ["app_1.tar"])
    }
  }

  @Test("T180: an archive that was begun under its longer name goes on there, though the shorter one is free by now")
  func longerName() async throws {
    try await interrupted { scene, _, reference, mend in
      for name in Self.unfinished {
        try scene.write(scene.bytes(name), to: "team_" + name)
        #expect(unlink(scene.folder.appending(name).string) == 0)
      }
      mend()
      #expect(try #require(try await scene.pull(reference).result).bytesFetched <= Int64(3 << 20))
      #expect(scene.files == ["team_app_1.tar"])
    }
  }

  @Test("T180: an archive that another process puts under the name meanwhile is not replaced by another image")
  func meanwhile() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      server.serve(other, repository: "group/app")
      try await PullScene.run { scene in
        let first = try expectedArchive(image, reference: "\(server.authority)/team/app:1")
        let second = "\(server.authority)/group/app:1"
        let pulling = scene
        // The name has been chosen then, and the file is not open yet.
        let outcome = try await scene.pull(second) { event in
          if case .started = event { #expect(throws: Never.self) { try pulling.write(first, to: "app_1.tar") } }
        }
        #expect(outcome.result?.path?.hasSuffix("/group_app_1.tar") == true)
        #expect(scene.files == ["app_1.tar", "group_app_1.tar"])
        #expect(try scene.bytes("app_1.tar") == first)
        #expect(try scene.bytes("group_app_1.tar") == expectedArchive(other, reference: second))
      }
    }
  }
}
