import ArchiveTools
import ImageArchive
import ImageCopy
import ImageModel
import PullScenes
import ScriptedServer
import Testing

@Suite("Deltas of several platforms, with signatures, and of several images, made whole")
struct WholeMergeTests {
  private static let arm = Platform(os: "linux", architecture: "arm64")
  private static let riscv = Platform(os: "linux", architecture: "riscv64")
  private static let amd = Platform(os: "linux", architecture: "amd64")

  /// Pulls version 1, version 2 on that base, and version 2 whole; merges; and compares.
  private func expectEqual(
    _ images: (String) throws -> [RequestedImage], _ form: ArchiveFormat, _ scene: PullScene, _ what: String
  ) async throws {
    _ = try await scene.pull(try images("1"), to: "base.tar", form: form)
    _ = try await scene.pull(try images("2"), to: "delta.tar", form: form, base: "base.tar")
    _ = try await scene.pull(try images("2"), to: "whole.tar", form: form)
    #expect(try scene.bytes("delta.tar").count < scene.bytes("whole.tar").count, "\(what)")
    let path = { (name: String) in scene.folder.appending(name).string }
    _ = try await ArchiveMerge(paths: [path("base.tar"), path("delta.tar")], output: path("out.tar")).run { _ in }
    #expect(try scene.isEqual("out.tar", "whole.tar"), "\(what)")
    // What stands whole needs no conversion: it is the same again.
    _ = try await scene.convert("whole.tar", to: .archive(path("again.tar"), form))
    if what != "odd order" { #expect(try scene.isEqual("again.tar", "whole.tar"), "\(what), converted") }
  }

  @Test(
    "The result has the very bytes of a direct pull: all platforms, some in any order, one, with and without signatures",
    arguments: [ArchiveFormat.ociAndDocker, .oci])
  func oneImage(form: ArchiveFormat) async throws {
    try await ScriptedServer.run { server in
      SignedImage(version: 1).serve(server, tag: "1")
      SignedImage(version: 2).serve(server, tag: "2")
      try await PullScene.run { scene in
        for (what, platforms, referrers) in [
          ("all", PlatformSelection.all, false), ("all, signed", .all, true),
          ("odd order", .several([Self.riscv, Self.amd, Self.arm]), true), ("one, signed", .one(Self.amd), true),
          ("one without signatures", .one(Self.arm), false),
        ] {
          try await expectEqual(
            { [try RequestedImage("\(server.authority)/team/app:\($0)", platforms, referrers: referrers)] }, form,
            scene, what)
        }
      }
    }
  }

  @Test(
    "A bundle of several images, some by two names, is made whole with all of them",
    arguments: [ArchiveFormat.ociAndDocker, .oci])
  func bundle(form: ArchiveFormat) async throws {
    try await ScriptedServer.run { server in
      for version in [1, 2] {
        for tag in ["\(version)", "also-\(version)"] { SignedImage(version: version).serve(server, tag: tag) }
        SignedImage(version: version, seed: 1_900).serve(server, repository: "team/other", tag: "\(version)")
      }
      try await PullScene.run { scene in
        let host = server.authority
        try await expectEqual(
          { tag in
            [
              try RequestedImage("\(host)/team/app:\(tag)", .all),
              try RequestedImage("\(host)/team/other:\(tag)", .one(Self.amd), referrers: false),
              try RequestedImage("\(host)/team/app:also-\(tag)", .all),
            ]
          }, form, scene, "bundle")
        let names = try scene.archive("out.tar").groups.map { $0[0].names.count }
        #expect(names == [2, 1])
      }
    }
  }

  @Test("A base in a registry counts for every platform that is pulled")
  func basePlatforms() async throws {
    try await ScriptedServer.run { server in
      SignedImage(version: 1).serve(server, tag: "1")
      let image = SignedImage(version: 2)
      image.serve(server, tag: "2")
      try await PullScene.run { scene in
        let base = try ImageReference(parsing: "\(server.authority)/team/app:1")
        for platforms in [PlatformSelection.all, .several([Self.amd, Self.riscv])] {
          let request = try RequestedImage("\(server.authority)/team/app:2", platforms, referrers: false)
          _ = try await scene.pull([request], to: "delta.tar") { $0.bases = [.reference(base)] }
          let archive = try scene.archive("delta.tar")
          let pulled = platforms == .all ? [image.amd, image.arm, image.riscv] : [image.amd, image.riscv]
          #expect(
            archive.delta?.absent
              == Set(try pulled.flatMap { $0.layers.dropLast() }.map { try Digest(parsing: $0.digest) }))
          #expect(archive.images.allSatisfy { $0.layers.map { $0.content != nil } == [false, false, true] })
        }
      }
    }
  }

  @Test("What an interrupted pull has left at the path of the result stays, and the merge is refused")
  func unfinishedPull() async throws {
    try await ScriptedServer.run { server in
      SignedImage(version: 1).serve(server, tag: "1")
      SignedImage(version: 2).serve(server, tag: "2")
      try await PullScene.run { scene in
        let image = { (tag: String) in try RequestedImage("\(server.authority)/team/app:\(tag)", .all, referrers: false)
        }
        _ = try await scene.pull([try image("1")], to: "base.tar")
        _ = try await scene.pull([try image("2")], to: "delta.tar", base: "base.tar")
        let output = try OutputPath(scene.folder.appending("out.tar"))
        try leaveUnfinished(at: output, planOf: scene.archive("base.tar"))
        let before = try (scene.bytes("out.tar.part"), scene.bytes("out.tar.part.journal"))
        let error = ArchiveError.unfinishedPull(output.partialPath)
        let folder = scene.folder
        let path = { (name: String) in folder.appending(name).string }
        await #expect(throws: error) {
          try await ArchiveMerge(paths: [path("base.tar"), path("delta.tar")], output: path("out.tar")).run { _ in }
        }
        await #expect(throws: error) {
          try await scene.convert("base.tar", to: .archive(path("out.tar"), .oci))
        }
        await #expect(throws: error) {
          try await scene.pull([try image("1")], to: "out.tar") { $0.layers = .gzip }
        }
        #expect(try scene.bytes("out.tar.part") == before.0)
        #expect(try scene.bytes("out.tar.part.journal") == before.1)
        #expect(scene.files == ["base.tar", "delta.tar", "out.tar.part", "out.tar.part.journal"])
        _ = try await scene.pull([try image("1")], to: "out.tar") {
          $0.layers = .gzip
          $0.restarts = true
        }
        #expect(scene.files == ["base.tar", "delta.tar", "out.tar"])
      }
    }
  }

  private func leaveUnfinished(at output: OutputPath, planOf archive: StoredArchive) throws {
    let plan = try ArchivePlan(images: archive.archivedImages)
    let partial = try PartialArchive(at: output)
    try partial.reserve(size: plan.size)
    try partial.startJournal(plan: plan.fingerprint)
    try partial.note([TransferJournal.Claim(plan.blobs[0], 0..<10)])
    try partial.makeDurable()
  }
}
