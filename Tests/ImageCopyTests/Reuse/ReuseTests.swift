import BlobTransfer
import ImageArchive
import ImageModel
import PullScenes
import ScriptedServer
import Synchronization
import SystemPackage
import Testing

@testable import ImageCopy

private let mebibyte = 1 << 20

@Suite("Blobs that stand on disk are not fetched")
struct ReuseTests {
  /// What two tags have in common, and what the second one has besides.
  private let old = ImageFixture(layers: [3 * mebibyte, 2 * mebibyte, mebibyte + 77, 900], seed: 60)
  private let new: ImageFixture

  init() {
    let added = ImageFixture.Blob(mediaType: ImageFixture.layerType, bytes: ImageFixture.noise(300_000, seed: 61))
    let diffIDs = (old.layers + [added]).map { "\"\($0.digest)\"" }.joined(separator: ",")
    let config = ImageFixture.Blob(
      mediaType: ImageFixture.configType,
      bytes: Array(
        #"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[\#(diffIDs)]}}"#.utf8))
    new = ImageFixture(config: config, layers: old.layers + [added])
  }

  /// What a pull told on its way.
  private final class Log: Sendable {
    private let events = Mutex<(warnings: [PullWarning], origins: [String: BlobOrigin])>(([], [:]))

    func observe(_ event: PullEvent) {
      events.withLock { events in
        switch event {
        case .warning(let warning): events.warnings.append(warning)
        case .blobFinished(let blob): events.origins["\(blob.digest)"] = blob.origin
        case .started, .progress: break
        }
      }
    }

    /// But for those about plain HTTP.
    var warnings: [PullWarning] {
      events.withLock { $0.warnings.filter { if case .plainHTTP = $0 { false } else { true } } }
    }
    func origin(_ blob: ImageFixture.Blob) -> BlobOrigin? { events.withLock { $0.origins[blob.digest] } }
  }

  private func pull(
    _ scene: PullScene, _ reference: String, _ log: Log = Log(), change: (inout PullRequest) throws -> Void = { _ in }
  ) async throws -> PullResult {
    let outcome = try await scene.pull(reference, observe: { log.observe($0) }, change: change)
    return try #require(outcome.result, "\(String(describing: outcome.error))")
  }

  private func expectArchive(_ scene: PullScene, _ name: String, of image: ImageFixture, _ reference: String) throws {
    let expected = try expectedArchive(image, reference: reference)
    #expect(try scene.bytes(name) == expected)
  }

  @Test("The next tag of an image costs only its new layers, with the archive of the last one beside it")
  func nextTag() async throws {
    try await ScriptedServer.run { server in
      server.serve(old, tag: "1")
      try await PullScene.run { scene in
        _ = try await pull(scene, "\(server.authority)/team/app:1")
        server.removeRules()
        server.serveManifest(new.manifest, tag: "2")
        server.serve(new.config)
        server.serve(new.layers[4])
        let log = Log()
        let result = try await pull(scene, "\(server.authority)/team/app:2", log)
        #expect(result.bytesFetched <= Int64(300_000 + 64 << 10))
        for layer in old.layers { #expect(log.origin(layer) == .reused) }
        #expect(log.origin(new.layers[4]) == .registry)
        #expect(log.warnings.isEmpty)
        try expectArchive(scene, "app_2.tar", of: new, "\(server.authority)/team/app:2")
        #expect(scene.files == ["app_1.tar", "app_2.tar"])
      }
    }
  }

  @Test("An older file at the output path itself is a source, too")
  func sameOutput() async throws {
    try await ScriptedServer.run { server in
      server.serve(old, tag: "1")
      try await PullScene.run { scene in
        let path = scene.folder.appending("current").string
        _ = try await pull(scene, "\(server.authority)/team/app:1") { $0.output = .file(path) }
        server.serve(new, tag: "2")
        let result = try await pull(scene, "\(server.authority)/team/app:2") { $0.output = .file(path) }
        #expect(result.bytesFetched <= Int64(300_000 + 64 << 10))
        try expectArchive(scene, "current", of: new, "\(server.authority)/team/app:2")
      }
    }
  }

  @Test("Archives of another repository are used when they are named, and only then; --no-reuse fetches everything")
  func named() async throws {
    try await ScriptedServer.run { server in
      server.serve(old, repository: "team/base", tag: "1")
      server.serve(new, tag: "2")
      try await PullScene.run { scene in
        _ = try await pull(scene, "\(server.authority)/team/base:1")
        let reference = "\(server.authority)/team/app:2"
        let everything = new.layers.reduce(0) { $0 + $1.size }
        var result = try await pull(scene, reference)
        #expect(result.bytesFetched >= everything)
        result = try await pull(scene, reference)
        #expect(result.bytesFetched == 0, "its own older archive")
        result = try await pull(scene, reference) { $0.reusesSiblings = false }
        #expect(result.bytesFetched >= everything)
        for path in ["base_1.tar", ""] {
          try await PullScene.run { other in
            let path = scene.folder.pushing(FilePath(path)).string
            try scene.removeFile("app_2.tar")
            let result = try await pull(other, reference) { $0.reusedPaths = [path] }
            #expect(result.bytesFetched == 300_000, "\(path)")
            try expectArchive(other, "app_2.tar", of: new, reference)
          }
        }
      }
    }
  }

  @Test("An OCI layout is a source")
  func layout() async throws {
    try await ScriptedServer.run { server in
      server.serve(new, tag: "2")
      try await PullScene.run { scene in
        let layout = try scene.makeLayout("layout", holding: old.blobs)
        let log = Log()
        let result = try await pull(scene, "\(server.authority)/team/app:2", log) { $0.reusedPaths = [layout.string] }
        #expect(result.bytesFetched == 300_000)
        #expect(log.origin(old.layers[0]) == .reused)
        try expectArchive(scene, "app_2.tar", of: new, "\(server.authority)/team/app:2")
        try scene.removeTree("layout")
      }
    }
  }

  @Test("Wrong bytes on disk are told once each, and fetched; nothing but the digest is believed")
  func wrongBytes() async throws {
    try await ScriptedServer.run { server in
      server.serve(old, tag: "1")
      server.serve(new, tag: "2")
      try await PullScene.run { scene in
        _ = try await pull(scene, "\(server.authority)/team/app:1")
        let path = scene.folder.appending("app_1.tar")
        try scene.flip("app_1.tar", firstByteOf: old.layers[1])
        let log = Log()
        let result = try await pull(scene, "\(server.authority)/team/app:2", log)
        let digest = try Digest(parsing: old.layers[1].digest)
        #expect(log.warnings == [.wrongCopy(path: path.string, digest: digest)])
        #expect(log.origin(old.layers[1]) == .registry)
        #expect(log.origin(old.layers[0]) == .reused)
        #expect(result.bytesFetched >= 300_000 + old.layers[1].size)
        #expect(result.bytesFetched < old.layers[0].size + old.layers[1].size)
        try expectArchive(scene, "app_2.tar", of: new, "\(server.authority)/team/app:2")
      }
    }
  }

  @Test("A path that is no source is an error before the first request; a damaged archive beside the output is told")
  func unusable() async throws {
    try await ScriptedServer.run { server in
      try await PullScene.run { scene in
        let reference = "\(server.authority)/team/app:2"
        try scene.write(Array("text".utf8), to: "text")
        for (name, failureClass) in [("missing", FailureClass.localIO), ("text", .usage)] {
          let path = scene.folder.appending(name).string
          let outcome = try await scene.pull(reference, change: { $0.reusedPaths = [path] })
          #expect(outcome.failureClass == failureClass)
        }
        #expect(server.requests.isEmpty)

        server.serve(old, tag: "1")
        server.serve(new, tag: "2")
        _ = try await pull(scene, "\(server.authority)/team/app:1")
        let whole = try scene.bytes("app_1.tar")
        try scene.write(Array(whole.dropLast(600)), to: "app_1.tar")
        let log = Log()
        let result = try await pull(scene, reference, log)
        let path = scene.folder.appending("app_1.tar")
        #expect(log.warnings == [.unusableArchive(.unreadable(path, .truncated))])
        #expect(result.bytesFetched > old.layers[0].size)
        try expectArchive(scene, "app_2.tar", of: new, reference)
      }
    }
  }

  @Test("Copying does not wait for the download, which goes on meanwhile")
  func overlap() async throws {
    try await ScriptedServer.run { server in
      server.serve(old, tag: "1")
      try await PullScene.run { scene in
        _ = try await pull(scene, "\(server.authority)/team/app:1")
        let gate = Gate()
        server.removeRules()
        server.serveManifest(new.manifest, tag: "2")
        server.serve(new.config)
        server.on("/v2/team/app/blobs/\(new.layers[4].digest)") {
          .blob(new.layers[4].body, for: $0).hold(after: 1_000, at: gate)
        }
        let copied = Mutex<Set<String>>([])
        let outcome = try await scene.pull("\(server.authority)/team/app:2") { event in
          guard case .blobFinished(let blob) = event, blob.origin == .reused else { return }
          let count = copied.withLock { copied in
            copied.insert("\(blob.digest)")
            return copied.count
          }
          // The fetched layer is held until every other one has been copied.
          if count == 4 { gate.open() }
        }
        #expect(outcome.error == nil)
        #expect(copied.withLock { $0 } == Set(old.layers.map(\.digest)))
        try expectArchive(scene, "app_2.tar", of: new, "\(server.authority)/team/app:2")
      }
    }
  }

  @Test("What an interrupted pull copied is kept, without the archive that it came from")
  func resumed() async throws {
    try await ScriptedServer.run { server in
      server.serve(old, tag: "1")
      try await PullScene.run { scene in
        _ = try await pull(scene, "\(server.authority)/team/app:1")
        server.removeRules()
        server.serveManifest(new.manifest, tag: "2")
        server.serve(new.config)
        let reference = "\(server.authority)/team/app:2"
        // The first pull is cancelled once all that can be copied is there; it would else end before that.
        let copied = AsyncStream.makeStream(of: Void.self)
        let gate = Gate()
        server.on("/v2/team/app/blobs/\(new.layers[4].digest)") {
          .blob(new.layers[4].body, for: $0).hold(after: 1_000, at: gate)
        }
        let count = Mutex(0)
        let pulling = scene
        let task = Task {
          try await pulling.pull(reference) { event in
            guard case .blobFinished(let blob) = event, blob.origin == .reused else { return }
            let isLast = count.withLock { count in
              count += 1
              return count == 4
            }
            if isLast { copied.continuation.yield() }
          }
        }
        for await _ in copied.stream { break }
        task.cancel()
        #expect(try await task.value.error is CancellationError)
        try scene.removeFile("app_1.tar")
        server.removeRules()
        server.serve(new, tag: "2")
        let log = Log()
        let result = try await pull(scene, reference, log)
        #expect(result.bytesFetched <= 300_000)
        for layer in old.layers { #expect(log.origin(layer) == .resumed) }
        try expectArchive(scene, "app_2.tar", of: new, reference)
        gate.open()
      }
    }
  }
}
