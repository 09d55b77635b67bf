import ImageModel
import PullScenes
import RegistryClient
import ScriptedServer
import Testing
import WatchedPrograms

@testable import ImageCopy

/// `Content-Encoding` where none was asked for: only said, or really done.
@Suite("Encoded bodies")
struct EncodingTests {
  private let image = ImageFixture(layers: [12 << 20, 100_000], seed: 60)
  private let path = "/v2/team/app/manifests/1"

  /// What a program of the system makes of `bytes`.
  private func piped(_ bytes: [UInt8], through command: [String]) async throws -> [UInt8] {
    let ended = try await WatchedProgram.run(command[0], Array(command.dropFirst()), input: bytes, limit: 64 << 20)
    try #require(ended.isSuccess)
    return ended.bytes
  }

  private func pull(
    _ rules: (ScriptedServer) -> Void,
    _ check: (PullScene, PullScene.Outcome, ScriptedServer) throws -> Void
  ) async throws {
    try await ScriptedServer.run { server in
      rules(server)
      try await PullScene.run { scene in
        scene.access.network.connectionsPerHost = 3
        try check(scene, try await scene.pull("\(server.authority)/team/app:1"), server)
      }
    }
  }

  private func expectArchive(_ scene: PullScene, _ outcome: PullScene.Outcome, _ server: ScriptedServer) throws {
    #expect(outcome.error == nil)
    let expected = try expectedArchive(image, reference: "\(server.authority)/team/app:1")
    #expect(try scene.bytes("app_1.tar") == expected)
  }

  @Test("T060: a layer whose bytes are right is right, whatever its Content-Encoding", arguments: ["gzip", "x-gzip"])
  func labelledLayer(coding: String) async throws {
    let rules: (ScriptedServer) -> Void = { server in
      server.serveManifest(image.manifest)
      for blob in image.blobs {
        server.on("/v2/team/app/blobs/\(blob.digest)") { request in
          .blob(blob.body, for: request, ranges: .ignored).header("Content-Encoding", coding)
        }
      }
    }
    try await pull(rules, expectArchive)
  }

  @Test("T062: a range of an encoded body is not taken; the layer comes whole")
  func encodedRange() async throws {
    let rules: (ScriptedServer) -> Void = { server in
      server.serveManifest(image.manifest)
      for blob in image.blobs {
        server.on("/v2/team/app/blobs/\(blob.digest)") { request in
          .blob(blob.body, for: request).header("Content-Encoding", "gzip")
        }
      }
    }
    try await pull(rules) { scene, outcome, server in
      try expectArchive(scene, outcome, server)
      let large = server.requests("/v2/team/app/blobs/\(image.layers[0].digest)")
      #expect(large.contains { $0.status == 206 }, "the test is about ranges")
      #expect(large.contains { $0.status == 200 && $0.isComplete })
    }
  }

  @Test("T061: a manifest that says it is gzip and is not", arguments: [true, false])
  func labelledManifest(hasDigest: Bool) async throws {
    let rules: (ScriptedServer) -> Void = { server in
      var headers = [(name: "Content-Type", value: ImageFixture.manifestType), ("Content-Encoding", "gzip")]
      if hasDigest { headers.append(("Docker-Content-Digest", image.manifest.digest)) }
      server.on(path, reply: Reply(headers: headers, body: image.manifest.body))
      server.serveBlobs(image)
    }
    try await pull(rules) { scene, outcome, server in
      if hasDigest {
        try expectArchive(scene, outcome, server)
      } else {
        #expect(outcome.failureClass == .network)
        #expect(scene.files.isEmpty)
      }
    }
  }

  @Test("T061: a manifest that a proxy has compressed is read, and its digest is that of its content")
  func encodedManifest() async throws {
    let encoded = try await piped(image.manifest.bytes, through: ["gzip", "-c"])
    for hasDigest in [true, false] {
      let rules: (ScriptedServer) -> Void = { server in
        var headers = [(name: "Content-Type", value: ImageFixture.manifestType), ("Content-Encoding", "gzip")]
        if hasDigest { headers.append(("Docker-Content-Digest", image.manifest.digest)) }
        server.on(path, reply: Reply(headers: headers, body: ReplyBody(encoded)))
        server.serveBlobs(image)
      }
      try await pull(rules) { scene, outcome, server in
        try expectArchive(scene, outcome, server)
        #expect(outcome.result?.manifestDigest.description == image.manifest.digest)
      }
    }
  }

  @Test("T061: compressed bytes of another manifest are refused by the digest, after they are decoded")
  func encodedOther() async throws {
    let other = try await piped(ImageFixture(layers: [10], seed: 61).manifest.bytes, through: ["gzip", "-c"])
    let rules: (ScriptedServer) -> Void = { server in
      server.on(
        path,
        reply: Reply(
          headers: [("Content-Encoding", "gzip"), ("Docker-Content-Digest", image.manifest.digest)],
          body: ReplyBody(other)))
    }
    try await pull(rules) { scene, outcome, _ in
      #expect(outcome.failureClass == .integrity)
      #expect(scene.files.isEmpty)
    }
  }

  @Test("T061: zstd, gzip twice, gzip that is cut or followed by something are no manifest")
  func otherEncodings() async throws {
    let gzip = try await piped(image.manifest.bytes, through: ["gzip", "-c"])
    let twice = try await piped(gzip, through: ["gzip", "-c"])
    for (coding, bytes) in [
      ("zstd", gzip), ("gzip, gzip", twice), ("gzip", twice), ("gzip", Array(gzip.dropLast(5))), ("gzip", gzip + [1]),
      ("gzip", []),
    ] {
      let rules: (ScriptedServer) -> Void = { server in
        server.on(path, reply: Reply(headers: [("Content-Encoding", coding)], body: ReplyBody(bytes)))
      }
      try await pull(rules) { scene, outcome, server in
        #expect(outcome.failureClass == .network, "\(coding)")
        #expect(scene.files.isEmpty)
        #expect(server.requests.count == 1)
      }
    }
  }

  @Test("T045: a gzip bomb for a manifest is refused at the limit")
  func bomb() async throws {
    let bomb = try await piped([UInt8](repeating: 0x20, count: 32 << 20), through: ["gzip", "-9", "-c"])
    #expect(bomb.count < 1 << 20)
    let rules: (ScriptedServer) -> Void = { server in
      server.on(path, reply: Reply(headers: [("Content-Encoding", "gzip")], body: ReplyBody(bomb)))
    }
    try await pull(rules) { scene, outcome, server in
      #expect(outcome.failureClass == .refused)
      #expect(outcome.registryError?.reason == .network(.answerTooLarge(limit: 8 << 20)))
      #expect(scene.files.isEmpty)
      #expect(server.requests.count == 1)
    }
  }
}
