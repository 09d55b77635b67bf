import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Synchronization
import SystemPackage
import Testing

@testable import ImageCopy

private let mebibyte = 1 << 20

@Suite("Going on with an unfinished pull")
struct ResumeTests {
  let image = ImageFixture(layers: [6 * mebibyte, 5 * mebibyte], seed: 22)

  /// Where the other layer waits until the first one has broken, and the tries that bring nothing until the other is whole.
  private struct Gates {
    let broken = Gate()
    let tries = Gate()
  }

  /// A server whose first layer breaks for good after `bytes`, until `isMended`.
  private func serve(
    _ server: ScriptedServer, breakingAfter bytes: Int64, _ gates: Gates? = nil,
    isMended: @escaping @Sendable () -> Bool
  ) {
    server.serveManifest(image.manifest)
    let special = image.layers[0]
    server.on("/v2/team/app/blobs/\(special.digest)") { request in
      let reply = Reply.blob(ReplyBody(special.bytes), for: request)
      if isMended() { return reply }
      // Only the first request brings anything; the others bring nothing, so that the tries run out.
      guard request.range != nil else { return reply.with { $0.cut = (bytes, .finish) } }
      let broken = reply.with { $0.cut = (0, .finish) }
      guard let gates else { return broken }
      gates.broken.open()
      return broken.hold(after: 0, at: gates.tries)
    }
    let other = image.layers[1]
    server.on("/v2/team/app/blobs/\(other.digest)") { request in
      let reply = Reply.blob(other.body, for: request)
      return gates.map { reply.hold(after: 1, at: $0.broken) } ?? reply
    }
    server.serve(image.config)
  }

  func interrupted(
    _ body: @Sendable (PullScene, ScriptedServer, String, @Sendable () -> Void) async throws -> Void
  ) async throws {
    try await ScriptedServer.run { server in
      let mended = Mutex(false)
      let gates = Gates()
      let other = image.layers[1].digest
      serve(server, breakingAfter: Int64(4 * mebibyte), gates) { mended.withLock { $0 } }
      try await PullScene.run { scene in
        scene.access.network.connectionsPerHost = 2
        let reference = "\(server.authority)/team/app:1"
        let outcome = try await scene.pull(reference) { event in
          if case .blobFinished(let blob) = event, blob.digest.description == other { gates.tries.open() }
        }
        #expect(outcome.failureClass == .network)
        #expect(scene.files == ["app_1.tar.part", "app_1.tar.part.journal"])
        try await body(scene, server, reference) { mended.withLock { $0 = true } }
      }
    }
  }

  @Test("T022: the same command fetches only what is missing, and the files of the interruption go")
  func resumes() async throws {
    try await interrupted { scene, _, reference, mend in
      mend()
      let outcome = try await scene.pull(reference)
      let fetched = try #require(outcome.result).bytesFetched
      #expect(fetched <= Int64(3 * mebibyte))
      #expect(scene.files == ["app_1.tar"])
      let expected = try expectedArchive(image, reference: reference)
      #expect(try scene.bytes("app_1.tar") == expected)
    }
  }

  @Test("T091: the unfinished files are their owner's alone")
  func modes() async throws {
    try await interrupted { scene, _, _, _ in
      for name in ["app_1.tar.part", "app_1.tar.part.journal"] {
        #expect(PullScene.mode(scene.folder.appending(name)) == 0o600)
      }
    }
  }

  @Test("T024: a byte that changed on disk costs its blob, not the archive")
  func rot() async throws {
    try await interrupted { scene, server, reference, mend in
      mend()
      var bytes = try scene.bytes("app_1.tar.part")
      let layer = try #require(bytes.firstIndex(of: image.layers[0].bytes[0], matching: image.layers[0].bytes))
      bytes[layer + 1_000] ^= 1
      try scene.write(bytes, to: "app_1.tar.part")
      let outcome = try await scene.pull(reference)
      #expect(outcome.error == nil)
      let expected = try expectedArchive(image, reference: reference)
      #expect(try scene.bytes("app_1.tar") == expected)
    }
  }

  @Test(
    "T025: a journal that is cut, random, of another version or empty costs time, never correctness",
    arguments: ["", "dray-journal 99 x\n", "garbage \u{0} \u{1}\n\n\n", "half"])
  func badJournal(content: String) async throws {
    try await interrupted { scene, _, reference, mend in
      mend()
      let journal = try scene.bytes("app_1.tar.part.journal")
      let replacement = content == "half" ? Array(journal.prefix(journal.count / 2)) : Array(content.utf8)
      try scene.write(replacement, to: "app_1.tar.part.journal")
      let outcome = try await scene.pull(reference)
      #expect(outcome.error == nil)
      let expected = try expectedArchive(image, reference: reference)
      #expect(try scene.bytes("app_1.tar") == expected)
      #expect(scene.files == ["app_1.tar"])
    }
  }

  @Test("--restart begins anew")
  func restart() async throws {
    try await interrupted { scene, _, reference, mend in
      mend()
      let outcome = try await scene.pull(reference, restarts: true)
      #expect(try #require(outcome.result).bytesFetched >= Int64(11 * mebibyte))
    }
  }

  @Test("a tag that has moved keeps the blobs that both have")
  func movedTag() async throws {
    let other = ImageFixture(
      config: image.config,
      layers: [ImageFixture.Blob(mediaType: ImageFixture.layerType, bytes: ImageFixture.noise(100_000, seed: 9))]
        + [image.layers[1]])
    try await interrupted { scene, server, reference, _ in
      server.removeRules()
      // The config's diff ids are the old image's: an empty config is enough here.
      let config = ImageFixture.Blob(mediaType: ImageFixture.configType, bytes: Array("{}".utf8))
      let moved = ImageFixture(config: config, layers: other.layers)
      server.serve(moved)
      let outcome = try await scene.pull(reference)
      #expect(outcome.error == nil)
      #expect(try #require(outcome.result).bytesFetched <= Int64(mebibyte))
      let expected = try expectedArchive(moved, reference: reference)
      #expect(try scene.bytes("app_1.tar") == expected)
    }
  }

  @Test("an older file stays until the new one is complete")
  func olderFile() async throws {
    try await ScriptedServer.run { server in
      let mended = Mutex(false)
      serve(server, breakingAfter: 100) { mended.withLock { $0 } }
      try await PullScene.run { scene in
        try scene.write(Array("old".utf8), to: "app_1.tar")
        let reference = "\(server.authority)/team/app:1"
        _ = try await scene.pull(reference)
        #expect(try scene.bytes("app_1.tar") == Array("old".utf8))
        mended.withLock { $0 = true }
        _ = try await scene.pull(reference)
        let expected = try expectedArchive(image, reference: reference)
        #expect(try scene.bytes("app_1.tar") == expected)
      }
    }
  }

  @Test("T050: two pulls of one file: the second waits and finds the work done; or says busy")
  func together() async throws {
    try await ScriptedServer.run { server in
      server.serve(image)
      try await PullScene.run { scene in
        let reference = "\(server.authority)/team/app:1"
        let folder = scene
        async let first = folder.pull(reference)
        async let second = folder.pull(reference)
        let outcomes = try await [first, second]
        #expect(outcomes.allSatisfy { $0.error == nil })
        let fetched = outcomes.compactMap(\.result).reduce(0) { $0 + $1.bytesFetched }
        #expect(fetched <= Int64(12 * mebibyte))
        #expect(scene.files == ["app_1.tar"])
      }
    }
  }

  @Test("a cancelled pull leaves what it has, and goes on from there")
  func cancellation() async throws {
    try await ScriptedServer.run { server in
      let gate = Gate()
      server.serveManifest(image.manifest)
      for blob in image.blobs {
        server.on("/v2/team/app/blobs/\(blob.digest)") { request in
          let reply = Reply.blob(blob.body, for: request)
          return blob.bytes.count > mebibyte ? reply.hold(after: Int64(2 * mebibyte), at: gate) : reply
        }
      }
      try await PullScene.run { scene in
        // One for each layer: none is idle and takes the end of one over.
        scene.access.network.connectionsPerHost = 2
        let reference = "\(server.authority)/team/app:1"
        let pulling = scene
        let started = AsyncStream.makeStream(of: Void.self)
        let task = Task {
          try await pulling.pull(reference) { event in
            if case .progress(let progress) = event, progress.bytesFetched > Int64(3 * mebibyte) {
              started.continuation.yield()
            }
          }
        }
        for await _ in started.stream { break }
        task.cancel()
        let outcome = try await task.value
        #expect(outcome.error is CancellationError)
        #expect(scene.files == ["app_1.tar.part", "app_1.tar.part.journal"])
        gate.open()
        let again = try await scene.pull(reference)
        #expect(try #require(again.result).bytesFetched < Int64(11 * mebibyte))
        let expected = try expectedArchive(image, reference: reference)
        #expect(try scene.bytes("app_1.tar") == expected)
      }
    }
  }
}

extension [UInt8] {
  /// Where `bytes` begin in this array.
  fileprivate func firstIndex(of first: UInt8, matching bytes: [UInt8]) -> Int? {
    var position = 0
    while position < count, let index = self[position...].firstIndex(of: first) {
      if self[index...].starts(with: bytes.prefix(64)) { return index }
      position = index + 1
    }
    return nil
  }
}
