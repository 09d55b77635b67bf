import EngineClient
import HandmadeTar
import ImageArchive
import ImageModel
import PullScenes
import ScriptedServer
import Synchronization
import SystemPackage
import Testing

@testable import ImageCopy

@Suite("What an engine is sent")
struct ImageLoadTests {
  private let image = ImageFixture(layers: [3_000_000, 700, 12_345], seed: 70)
  private static let reference = "harbor.example.com/team/app:2"

  private func scene(_ body: (_ path: String, _ whole: [UInt8], _ scene: PullScene) async throws -> Void) async throws {
    try await PullScene.run { scene in
      let whole = try expectedArchive(image, reference: Self.reference)
      try scene.write(whole, to: "app.tar")
      try await body(scene.folder.appending("app.tar").string, whole, scene)
    }
  }

  private func inspected(_ layers: Int, id: String) -> String {
    let diffIDs = image.layers.prefix(layers).map { "\"\($0.digest)\"" }.joined(separator: ",")
    return #"{"Id":"\#(id)","RepoTags":["app:1"],"RootFS":{"Type":"layers","Layers":[\#(diffIDs)]}}"#
  }

  /// The blobs that stand in an archive.
  private func blobs(_ bytes: [UInt8], _ scene: PullScene) throws -> [Bool] {
    try scene.write(bytes, to: "sent.tar")
    let archive = try StoredArchive(opening: scene.folder.appending("sent.tar"))
    return archive.images[0].layers.map { $0.content != nil }
  }

  @Test("An engine without images gets the very archive")
  func whole() async throws {
    try await scene { path, whole, _ in
      for store in [EngineInventory.Store.chains, .chainsAndBlobs, .blobs([]), .hiddenBlobs(complete: [])] {
        let engine = KeepingEngine(store)
        let result = try await ImageLoad(path: path).run(into: engine) { _ in }
        #expect(engine.loads == [whole])
        #expect(result.images.flatMap(\.names).map(\.familiarName) == [Self.reference])
      }
    }
  }

  @Test("Docker's store gets no layer of a chain that it has; containerd none of the blobs that it has")
  func delta() async throws {
    try await scene { path, _, scene in
      let chains = KeepingEngine(.chains, images: inspected(2, id: image.config.digest))
      _ = try await ImageLoad(path: path).run(into: chains) { _ in }
      #expect(try blobs(chains.loads[0], scene) == [false, false, true])

      let held = Set([try Digest(parsing: image.layers[0].digest), try Digest(parsing: image.layers[2].digest)])
      let blobStore = KeepingEngine(.blobs(held))
      _ = try await ImageLoad(path: path).run(into: blobStore) { _ in }
      #expect(try blobs(blobStore.loads[0], scene) == [false, true, false])
    }
  }

  @Test("Docker on containerd's store gets all of an image that it does not know by its manifest")
  func hidden() async throws {
    try await scene { path, whole, scene in
      let other = KeepingEngine(.hiddenBlobs(complete: []), images: inspected(2, id: image.config.digest))
      _ = try await ImageLoad(path: path).run(into: other) { _ in }
      #expect(other.loads == [whole])
      let same = KeepingEngine(
        .hiddenBlobs(complete: [try Digest(parsing: image.manifest.digest)]),
        images: inspected(3, id: image.manifest.digest))
      _ = try await ImageLoad(path: path).run(into: same) { _ in }
      #expect(try blobs(same.loads[0], scene) == [false, false, false])
    }
  }

  @Test("An engine that refuses the delta gets the whole archive, and that is told")
  func fallback() async throws {
    try await scene { path, whole, _ in
      let engine = KeepingEngine(.chains, images: inspected(1, id: image.config.digest), refusesFirst: true)
      let told = Mutex<[String]>([])
      let result = try await ImageLoad(path: path).run(into: engine) { event in
        if case .sendsAll(let words) = event { told.withLock { $0.append(words) } }
      }
      #expect(engine.loads.count == 2)
      #expect(engine.loads.last == whole)
      #expect(told.withLock(\.self) == ["no such layer"])
      #expect(result.size == Int64(whole.count))
      // What refuses the whole archive is not asked again.
      let stubborn = KeepingEngine(.chains, refusesFirst: true)
      await #expect(throws: EngineError.refused(.docker, words: "no such layer")) {
        try await ImageLoad(path: path).run(into: stubborn) { _ in }
      }
      #expect(stubborn.loads.count == 1)
    }
  }

  @Test(
    "T154: podman is not asked to take a delta of several names, but of one")
  func severalIntoPodman() async throws {
    try await scene { path, whole, scene in
      let stored = try StoredArchive(opening: FilePath(path))
      var second = stored.archivedImages[0]
      second = ArchivedImage(
        names: second.names + [try ImageReference(parsing: "app:1")], manifest: second.manifest,
        document: second.document)
      let contents = Dictionary(uniqueKeysWithValues: image.blobs.map { ($0.digest, $0.bytes) })
      let bytes = try ArchivePlan(images: [second]).extents.flatMap { extent -> [UInt8] in
        switch extent {
        case .literal(_, let bytes): bytes
        case .blob(_, let descriptor): contents["\(descriptor.digest)"] ?? []
        }
      }
      try scene.write(bytes, to: "names.tar")
      let inspected = inspected(2, id: image.config.digest)
      for (file, isDelta) in [("app.tar", true), ("names.tar", false)] {
        let engine = KeepingEngine(.chainsAndBlobs, images: inspected, kind: .podman)
        let result = try await ImageLoad(path: scene.folder.appending(file).string).run(into: engine) { _ in }
        #expect((result.absent > 0) == isDelta, "\(file)")
        #expect(engine.loads.count == 1, "\(file)")
      }
    }
  }

  @Test("T154: of an archive of old the names are told that the engine gives them")
  func oldNames() async throws {
    try await scene { _, _, scene in
      var writer = TarWriter()
      let files = image.layers.map(\.digest).map { "\($0.dropFirst(7)).tar" }
      let quoted = files.map { "\"\($0)\"" }.joined(separator: ",")
      let tags = #""app:1","team/app:1","docker.io/library/b:1","harbor.example/c:1""#
      writer.member(
        "manifest.json", content: Array(#"[{"Config":"c.json","RepoTags":[\#(tags)],"Layers":[\#(quoted)]}]"#.utf8))
      writer.member("c.json", content: image.config.bytes)
      for (file, layer) in zip(files, image.layers) { writer.member(file, content: layer.bytes) }
      writer.end()
      try scene.write(writer.bytes, to: "old.tar")
      let old = scene.folder.appending("old.tar").string
      let docker = try await ImageLoad(path: old).run(into: KeepingEngine(.chains)) { _ in }
      #expect(docker.images[0].names.map(\.familiarName) == ["app:1", "team/app:1", "b:1", "harbor.example/c:1"])
      let podman = try await ImageLoad(path: old).run(into: KeepingEngine(.chainsAndBlobs, kind: .podman)) { _ in }
      #expect(
        podman.images[0].names.map(\.familiarName)
          == ["localhost/app:1", "localhost/team/app:1", "b:1", "harbor.example/c:1"])
    }
  }

  @Test("T311: an engine gets the image under its new name, also of an archive that docker save wrote before 25")
  func renamed() async throws {
    try await scene { path, _, scene in
      var writer = TarWriter()
      let files = image.layers.map(\.digest).map { "\($0.dropFirst(7)).tar" }
      let quoted = files.map { "\"\($0)\"" }.joined(separator: ",")
      writer.member(
        "manifest.json",
        content: Array(#"[{"Config":"c.json","RepoTags":["q.io/team/app:2"],"Layers":[\#(quoted)]}]"#.utf8))
      writer.member("c.json", content: image.config.bytes)
      for (file, layer) in zip(files, image.layers) { writer.member(file, content: layer.bytes) }
      writer.end()
      try scene.write(writer.bytes, to: "old.tar")
      let template = ImageNaming(template: try NameTemplate(parsing: "h.example/{path}:{tag}"))
      let one = LoadedNames.one(try ImageReference(parsing: "h.example/team/app:2"))
      for (path, names) in [
        (path, one), (path, .made(template)), (scene.folder.appending("old.tar").string, .made(template)),
      ] {
        for store in [EngineInventory.Store.chains, .chainsAndBlobs, .hiddenBlobs(complete: [])] {
          let engine = KeepingEngine(store)
          var load = ImageLoad(path: path)
          load.names = names
          let result = try await load.run(into: engine) { _ in }
          #expect(result.images.flatMap(\.names).map(\.description) == ["h.example/team/app:2"])
          try scene.write(engine.loads[0], to: "sent.tar")
          let sent = try StoredArchive(opening: scene.folder.appending("sent.tar"))
          #expect(sent.images.map { $0.names.map(\.description) } == [["h.example/team/app:2"]])
          #expect(sent.images.allSatisfy { $0.isWhole })
        }
      }
    }
  }

  @Test("T154: of a name with a digest alone Docker's own store keeps nothing, and the others all")
  func digestName() async throws {
    try await PullScene.run { scene in
      let name = "harbor.example.com/team/app@\(image.manifest.digest)"
      try scene.write(try expectedArchive(image, reference: name), to: "app.tar")
      let path = scene.folder.appending("app.tar").string
      let docker = try await ImageLoad(path: path).run(into: KeepingEngine(.chains)) { _ in }
      #expect(docker.images.map(\.names) == [[]])
      #expect(docker.images.map(\.digest) == [try Digest(parsing: image.config.digest)])
      for store in [EngineInventory.Store.chainsAndBlobs, .blobs([]), .hiddenBlobs(complete: [])] {
        let other = try await ImageLoad(path: path).run(into: KeepingEngine(store)) { _ in }
        #expect(other.images.map(\.names) == [[try ImageReference(parsing: name)]])
      }
    }
  }

  @Test("T156: where an engine does not know a name with an IPv6 address, that is told, and nothing is sent again")
  func addressName() async throws {
    try await PullScene.run { scene in
      let name = "[::1]:5000/app:2"
      try scene.write(try expectedArchive(image, reference: name), to: "app.tar")
      let path = scene.folder.appending("app.tar").string
      let reference = try ImageReference(parsing: name)
      let said = "oci-archive: normalizing name \"\(name)\": invalid reference format"
      for (store, kind) in [(EngineInventory.Store.chains, EngineKind.docker), (.chainsAndBlobs, .podman)] {
        let engine = KeepingEngine(
          store, images: inspected(1, id: image.config.digest), refusesFirst: true, kind: kind, refusal: said)
        await #expect(throws: LoadError.nameNotTaken(reference, by: kind, path: path)) {
          try await ImageLoad(path: path).run(into: engine) { _ in }
        }
        #expect(engine.loads.count == 1)
      }
      // Newer ones know it.
      let newer = try await ImageLoad(path: path).run(into: KeepingEngine(.chains)) { _ in }
      #expect(newer.images.map(\.names) == [[reference]])
    }
  }

  @Test("A delta goes only to an engine that has its base")
  func archivedDelta() async throws {
    try await scene { path, _, scene in
      let stored = try StoredArchive(opening: FilePath(path))
      let absent = Set([try Digest(parsing: image.layers[0].digest)])
      let plan = try ArchivePlan(
        images: stored.archivedImages, delta: ArchiveDelta(absent: absent, bases: ["app:1"]))
      let contents = Dictionary(uniqueKeysWithValues: image.blobs.map { ($0.digest, $0.bytes) })
      let bytes = plan.extents.flatMap { extent -> [UInt8] in
        switch extent {
        case .literal(_, let bytes): bytes
        case .blob(_, let descriptor): contents["\(descriptor.digest)"] ?? []
        }
      }
      try scene.write(bytes, to: "delta.tar")
      let delta = scene.folder.appending("delta.tar").string
      let empty = KeepingEngine(.chains)
      await #expect(throws: LoadError.baseMissing(Array(absent), bases: ["app:1"])) {
        try await ImageLoad(path: delta).run(into: empty) { _ in }
      }
      #expect(empty.loads.isEmpty)
      let engine = KeepingEngine(.chains, images: inspected(1, id: image.config.digest))
      _ = try await ImageLoad(path: delta).run(into: engine) { _ in }
      #expect(engine.loads == [bytes])
    }
  }

  @Test("A folder with an index of platforms goes as an archive of it does")
  func folder() async throws {
    let image = TwoPlatforms()
    try await PullScene.run { scene in
      let blobs = image.amd.blobs + image.arm.blobs + [image.amd.manifest, image.arm.manifest, image.index]
      let layout = try scene.makeLayout("layout", holding: blobs)
      let entry = image.index.entry(#","annotations":{"io.containerd.image.name":"docker.io/team/app:2"}"#)
      try scene.write(Array(#"{"schemaVersion":2,"manifests":[\#(entry)]}"#.utf8), to: "layout/index.json")
      let engine = KeepingEngine(.chains, platform: Platform(os: "linux", architecture: "arm64"))
      let result = try await ImageLoad(path: layout.string).run(into: engine) { _ in }
      let sent = try scene.sent(engine.loads[0])
      #expect(sent.images.map { $0.document?.descriptor.digest } == [try image.digest(image.arm.manifest)])
      #expect(sent.images[0].isWhole)
      #expect(result.images.flatMap(\.names).map(\.familiarName) == ["team/app:2"])
      // Where it is open what the engine takes, all of it goes.
      let other = KeepingEngine(.blobs([]), platform: Platform(os: "linux", architecture: "s390x"))
      _ = try await ImageLoad(path: layout.string).run(into: other) { _ in }
      #expect(try scene.sent(other.loads[0]).images.count == 2)
      try scene.removeTree("layout")
    }
  }

  @Test("A folder with a manifest.json alone is refused with the way out, and nothing is sent")
  func folderOfOld() async throws {
    try await PullScene.run { scene in
      let folder = try scene.makeLayout("old", holding: image.blobs)
      let names = image.layers.map { "\"blobs/sha256/\($0.digest.dropFirst(7))\"" }.joined(separator: ",")
      let config = "blobs/sha256/\(image.config.digest.dropFirst(7))"
      try scene.write(
        Array(#"[{"Config":"\#(config)","RepoTags":["app:1"],"Layers":[\#(names)]}]"#.utf8), to: "old/manifest.json")
      let engine = KeepingEngine(.chains)
      await #expect(throws: LoadError.folderWithoutIndex(path: folder.string)) {
        try await ImageLoad(path: folder.string).run(into: engine) { _ in }
      }
      #expect(engine.loads.isEmpty)
      try scene.removeTree("old")
    }
  }

  @Test("Wrong bytes end the load before the archive's end")
  func wrongBytes() async throws {
    try await scene { path, whole, scene in
      try scene.flip("app.tar", firstByteOf: image.layers[1])
      let engine = KeepingEngine(.chains)
      let wrong = LoadError.wrongBlob(try Digest(parsing: image.layers[1].digest), path: path)
      await #expect(throws: wrong) { try await ImageLoad(path: path).run(into: engine) { _ in } }
      #expect(engine.loads.isEmpty)
    }
  }
}
