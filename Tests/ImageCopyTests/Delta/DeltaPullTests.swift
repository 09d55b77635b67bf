import ImageArchive
import ImageModel
import PullScenes
import ScriptedServer
import Synchronization
import SystemPackage
import Testing

@testable import ImageCopy

private let mebibyte = 1 << 20

@Suite("Pulls of what the base lacks")
struct DeltaPullTests {
  private let old = ImageFixture(layers: [2 * mebibyte, mebibyte + 77, 900], seed: 80)
  private let new: ImageFixture

  init() {
    let added = ImageFixture.Blob(mediaType: ImageFixture.layerType, bytes: ImageFixture.noise(300_000, seed: 81))
    new = Self.image(old.layers + [added])
  }

  private static func image(_ layers: [ImageFixture.Blob]) -> ImageFixture {
    let diffIDs = layers.map { "\"\($0.digest)\"" }.joined(separator: ",")
    let config = ImageFixture.Blob(
      mediaType: ImageFixture.configType,
      bytes: Array(
        #"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[\#(diffIDs)]}}"#.utf8))
    return ImageFixture(config: config, layers: layers)
  }

  /// Pulls `new` with a base, from a server that has neither the base's layers nor asks for patience.
  private func expectDelta(
    of base: DeltaSource, at scene: PullScene, _ server: ScriptedServer, bases: [String], warnings: [PullWarning] = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    server.removeRules()
    server.serveManifest(new.manifest, tag: "2")
    server.serve(new.config)
    server.serve(new.layers[3])
    let told = Mutex<[PullWarning]>([])
    let outcome = try await scene.pull(
      "\(server.authority)/team/app:2",
      observe: { event in
        if case .warning(let warning) = event, warning != .plainHTTP(host: server.authority) {
          told.withLock { $0.append(warning) }
        }
      },
      change: {
        $0.bases = [base]
        $0.reusesSiblings = false
      })
    let result = try #require(outcome.result, "\(String(describing: outcome.error))", sourceLocation: sourceLocation)
    #expect(told.withLock(\.self) == warnings, sourceLocation: sourceLocation)
    #expect(scene.files.contains("app_2.delta.tar"), sourceLocation: sourceLocation)
    #expect(result.archiveSize < 320_000, sourceLocation: sourceLocation)
    let archive = try StoredArchive(opening: scene.folder.appending("app_2.delta.tar"))
    #expect(
      archive.delta?.absent == Set(try old.layers.map { try Digest(parsing: $0.digest) }),
      sourceLocation: sourceLocation)
    #expect(archive.delta?.bases == bases, sourceLocation: sourceLocation)
    #expect(archive.images[0].layers.map { $0.content != nil } == [false, false, false, true])
    let content = try #require(archive.images[0].layers[3].content)
    #expect(try content.bytes(limit: mebibyte) == new.layers[3].bytes, sourceLocation: sourceLocation)
    try scene.removeFile("app_2.delta.tar")
  }

  @Test("The base is an archive, a layout, a reference, or a list of the other side")
  func bases() async throws {
    try await ScriptedServer.run { server in
      server.serve(old, tag: "1")
      try await PullScene.run { scene in
        _ = try await scene.pull("\(server.authority)/team/app:1")
        let name = "\(server.authority)/team/app:1@\(old.manifest.digest)"
        let path = scene.folder.appending("app_1.tar").string
        try await expectDelta(of: .path(path), at: scene, server, bases: [name])

        let list = """
          [{"Id":"\(old.config.digest)","RepoTags":["app:1"],"RootFS":{"Layers":[\
          \(old.layers.map { "\"\($0.digest)\"" }.joined(separator: ","))]}}]
          """
        let listed = "docker.io/library/app:1@\(old.config.digest)"
        try await expectDelta(
          of: .list(Array(list.utf8), name: "-"), at: scene, server, bases: [listed], warnings: [.deltaByDiffID])
        try scene.write(Array("\n \(list)".utf8), to: "list.json")
        try await expectDelta(
          of: .path(scene.folder.appending("list.json").string), at: scene, server, bases: [listed],
          warnings: [.deltaByDiffID])
      }
    }
  }

  @Test("A base in a registry is asked for its manifest and its config alone")
  func reference() async throws {
    try await ScriptedServer.run { server in
      server.serveManifest(old.manifest, tag: "1")
      server.serve(old.config)
      server.serveManifest(new.manifest, tag: "2")
      server.serve(new.config)
      server.serve(new.layers[3])
      try await PullScene.run { scene in
        let base = try ImageReference(parsing: "\(server.authority)/team/app:1")
        let outcome = try await scene.pull(
          "\(server.authority)/team/app:2", change: { $0.bases = [.reference(base)] })
        #expect(outcome.result != nil, "\(String(describing: outcome.error))")
        let archive = try StoredArchive(opening: scene.folder.appending("app_2.delta.tar"))
        #expect(archive.delta?.absent.count == 3)
        #expect(archive.delta?.bases == ["\(server.authority)/team/app:1@\(old.manifest.digest)"])
      }
    }
  }

  @Test("A base without a common layer leaves a whole archive, and a warning")
  func nothingInCommon() async throws {
    try await ScriptedServer.run { server in
      let other = ImageFixture(layers: [500], seed: 99)
      server.serve(other, tag: "1")
      server.serve(new, tag: "2")
      try await PullScene.run { scene in
        _ = try await scene.pull("\(server.authority)/team/app:1")
        let told = Mutex<[PullWarning]>([])
        let outcome = try await scene.pull(
          "\(server.authority)/team/app:2",
          observe: { if case .warning(let warning) = $0 { told.withLock { $0.append(warning) } } },
          change: {
            $0.bases = [.path(scene.folder.appending("app_1.tar").string)]
            $0.output = .file(scene.folder.appending("out.tar").string)
          })
        #expect(outcome.result != nil, "\(String(describing: outcome.error))")
        #expect(told.withLock { $0.contains(.nothingInBase) })
        let expected = try expectedArchive(new, reference: "\(server.authority)/team/app:2")
        #expect(try scene.bytes("out.tar") == expected)
      }
    }
  }

  @Test("A base that cannot be used ends the pull before its first request")
  func unusable() async throws {
    try await ScriptedServer.run { server in
      try await PullScene.run { scene in
        try scene.write(Array("nginx 1.21.4\n".utf8), to: "list.txt")
        try scene.write(Array("[1]".utf8), to: "list.json")
        for (name, failure) in [("list.txt", FailureClass.usage), ("list.json", .usage), ("none.tar", .localIO)] {
          let outcome = try await scene.pull(
            "\(server.authority)/team/app:2",
            change: { $0.bases = [.path(scene.folder.appending(name).string)] })
          #expect(outcome.failureClass == failure, "\(name)")
        }
        #expect(scene.files == ["list.json", "list.txt"])
      }
    }
  }
}
