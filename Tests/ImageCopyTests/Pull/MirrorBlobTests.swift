import ImageModel
import MachineConfiguration
import PullScenes
import RegistryAuth
import RegistryClient
import ScriptedServer
import Synchronization
import Testing

@testable import ImageCopy

private let mebibyte = 1 << 20

@Suite("Mirrors and blobs")
struct MirrorBlobTests {
  private let image = ImageFixture(layers: [24 * mebibyte, 9 * mebibyte, 5 * mebibyte, 300_000], seed: 80)
  /// Still several ranges of a layer.
  private let smallImage = ImageFixture(layers: [9 * mebibyte, 5 * mebibyte, 300_000], seed: 81)

  /// An origin and a mirror of it; both have the manifest.
  ///
  /// - Parameter other: another image than ``image``.
  private func scene(
    of other: ImageFixture? = nil, rate: Int64? = nil, mirror serveMirror: (ScriptedServer) -> Void,
    check: (PullScene, PullScene.Outcome, _ mirror: ScriptedServer, _ origin: ScriptedServer, WarningLog) throws
      -> Void
  ) async throws {
    let image = other ?? image
    try await ScriptedServer.run { mirror in
      mirror.serveManifest(image.manifest)
      serveMirror(mirror)
      try await ScriptedServer.run { origin in
        origin.serveManifest(image.manifest)
        for blob in image.blobs {
          origin.on("/v2/team/app/blobs/\(blob.digest)") {
            .blob(blob.body, for: $0).with { reply in if let rate { reply.rate = rate } }
          }
        }
        try await PullScene.run { scene in
          scene.access.mirrors = [try #require(MirrorName(parsing: "http://\(mirror.authority)"))]
          let log = WarningLog()
          let reference = "\(origin.authority)/team/app:1"
          let outcome = try await scene.pull(reference, observe: log.observe)
          #expect(outcome.error == nil)
          #expect(scene.files == ["app_1.tar"])
          if outcome.error == nil {
            let expected = try expectedArchive(image, reference: reference)
            #expect(try scene.bytes("app_1.tar") == expected)
          }
          try check(scene, outcome, mirror, origin, log)
        }
      }
    }
  }

  private func blobRequests(_ server: ScriptedServer) -> [RecordedRequest] {
    server.requests.filter { $0.path.contains("/blobs/") }
  }

  @Test("ranges of one blob come from the mirror and the origin at the same time")
  func both() async throws {
    try await scene(
      mirror: { $0.serveBlobs(image) },
      check: { _, outcome, mirror, origin, log in
        #expect(mirror.bodyBytesSent > Int64(4 * mebibyte))
        #expect(origin.bodyBytesSent > Int64(4 * mebibyte))
        #expect(log.all.isEmpty)
        let size = image.blobs.reduce(0) { $0 + $1.size }
        let result = try #require(outcome.result)
        #expect(result.bytesFetched < size + Int64(6 * mebibyte))
      })
  }

  @Test("T079: what a mirror does not have comes from the origin, and is told once")
  func half() async throws {
    let lacked = [image.layers[0], image.layers[2]]
    try await scene(
      mirror: { server in
        for blob in image.blobs where !lacked.contains(where: { $0.digest == blob.digest }) { server.serve(blob) }
        for blob in lacked { server.on("/v2/team/app/blobs/\(blob.digest)", reply: Reply(404)) }
      },
      check: { _, _, mirror, origin, log in
        #expect(log.incomplete == [mirror.authority])
        #expect(log.dropped.isEmpty)
        for blob in lacked {
          // Connections that ask at the same moment do not know of one another's answer.
          #expect(mirror.requests("/v2/team/app/blobs/\(blob.digest)").count <= 4)
          #expect(!origin.requests("/v2/team/app/blobs/\(blob.digest)").isEmpty)
        }
      })
  }

  @Test("T079, F38: a mirror with flipped bits is named, and its blobs come from the origin")
  func flipped() async throws {
    try await scene(
      mirror: { server in
        for blob in image.blobs {
          server.on("/v2/team/app/blobs/\(blob.digest)") {
            .blob(blob.body, for: $0).with { reply in if blob.size > 1000 { reply.flippedByte = 10 } }
          }
        }
      },
      check: { _, _, mirror, _, log in
        let wrong = log.all.compactMap {
          if case .wrongBytes(let host, let digest) = $0 { (host, digest) } else { nil }
        }
        #expect(!wrong.isEmpty)
        #expect(wrong.allSatisfy { $0.0 == mirror.authority })
        #expect(Set(wrong.map(\.1)).count == wrong.count, "a blob is told of once")
      })
  }

  @Test(
    "T079, F38: of several sources of a wrong blob only the one that sent the wrong bytes is named"
  )
  func onlyTheGuilty() async throws {
    let image = ImageFixture(layers: [24 * mebibyte, 16 * mebibyte], seed: 81)
    let rate = Int64(8 * mebibyte)
    try await ScriptedServer.run { liar in
      try await ScriptedServer.run { honest in
        try await ScriptedServer.run { origin in
          for server in [liar, honest, origin] {
            server.serveManifest(image.manifest)
            for blob in image.blobs {
              server.on("/v2/team/app/blobs/\(blob.digest)") { request in
                .blob(blob.body, for: request).with { reply in
                  reply.rate = rate
                  if server === liar, blob.size > 1000 { reply.flippedByte = 10 }
                }
              }
            }
          }
          try await PullScene.run { scene in
            scene.access.mirrors = [
              try #require(MirrorName(parsing: "http://\(liar.authority)")),
              try #require(MirrorName(parsing: "http://\(honest.authority)")),
            ]
            let log = WarningLog()
            let reference = "\(origin.authority)/team/app:1"
            let outcome = try await scene.pull(reference, observe: log.observe)
            #expect(outcome.error == nil)
            #expect(try scene.bytes("app_1.tar") == expectedArchive(image, reference: reference))
            let wrong = log.all.compactMap { warning -> (host: String, digest: Digest)? in
              if case .wrongBytes(let host, let digest) = warning { (host, digest) } else { nil }
            }
            #expect(!wrong.isEmpty && wrong.allSatisfy { $0.host == liar.authority })
            #expect(Set(wrong.map(\.digest)).count == wrong.count, "a blob is told of once")
            let path = "/v2/team/app/blobs/\(try #require(wrong.first).digest)"
            for server in [liar, honest, origin] {
              #expect(server.requests(path).contains { $0.bodyBytesSent > 0 }, "each might have sent them")
            }
          }
        }
      }
    }
  }

  @Test("T079: a mirror that drips is used less, then dropped")
  func slow() async throws {
    // The origin is slow enough for the mirror to be found out, and quick enough for the test.
    try await scene(
      rate: Int64(mebibyte),
      mirror: { server in
        for blob in image.blobs {
          server.on("/v2/team/app/blobs/\(blob.digest)") {
            .blob(blob.body, for: $0).with { reply in if blob.size > 1000 { reply.rate = 1024 } }
          }
        }
      },
      check: { _, _, mirror, _, log in
        #expect(log.dropped == [mirror.authority])
        #expect(mirror.bodyBytesSent < Int64(mebibyte))
      })
  }

  @Test("T079: a mirror that is down is named once, and the origin serves")
  func down() async throws {
    let port = try await ScriptedServer.run { $0.port }
    try await ScriptedServer.run { origin in
      origin.serve(image)
      try await PullScene.run { scene in
        scene.access.mirrors = [try #require(MirrorName(parsing: "http://127.0.0.1:\(port)"))]
        let log = WarningLog()
        let reference = "\(origin.authority)/team/app:1"
        let outcome = try await scene.pull(reference, observe: log.observe)
        #expect(outcome.error == nil)
        #expect(try scene.bytes("app_1.tar") == expectedArchive(image, reference: reference))
        #expect(log.dropped == ["127.0.0.1:\(port)"])
      }
    }
  }

  @Test(
    "a mirror that fails for blobs is dropped with one warning",
    arguments: [
      Reply(headers: [("Content-Type", "text/html")], text: "<html>log in</html>"), Reply(403), Reply(500),
      Reply(401, headers: [("WWW-Authenticate", "Basic realm=\"m\"")]), Reply(404).with { $0.cut = (0, .reset) },
    ])
  func fails(reply: Reply) async throws {
    try await scene(
      of: smallImage,
      mirror: { $0.on("/v2/team/app/blobs/*", reply: reply) },
      check: { _, _, mirror, origin, log in
        #expect(log.dropped.count <= 1)
        #expect(log.dropped.allSatisfy { $0 == mirror.authority })
        #expect(origin.bodyBytesSent >= smallImage.blobs.reduce(0) { $0 + $1.size })
      })
  }

  @Test(
    "T016-T021: with another source, ranges that are wrong cost a mirror its part",
    arguments: [
      .ignored, .wholeBodyAs206, .withoutContentRange, .twoContentRanges, .wrongTotal(5), .contentRange("garbage"),
      .startOff(by: -1), .startOff(by: 1), .shorter(1_000_000), .unsatisfiable, .closedOnly,
    ] as [Reply.Ranges])
  func ranges(ranges: Reply.Ranges) async throws {
    try await scene(
      of: smallImage,
      mirror: { $0.serveBlobs(smallImage, ranges: ranges) },
      check: { _, outcome, _, _, log in
        let size = smallImage.blobs.reduce(0) { $0 + $1.size }
        let result = try #require(outcome.result)
        #expect(result.bytesFetched <= 2 * size)
        #expect(!log.all.contains { if case .wrongBytes = $0 { true } else { false } })
      })
  }

  @Test("a mirror that asks for patience is left alone, while the origin goes on")
  func patience() async throws {
    try await scene(
      mirror: { server in
        server.on("/v2/team/app/blobs/*", reply: Reply(429, headers: [("Retry-After", "60")]))
      },
      check: { _, _, mirror, _, log in
        #expect(blobRequests(mirror).count <= 8)
        #expect(log.dropped.isEmpty)
      })
  }

  @Test("T080: a mirror never gets the origin's credentials")
  func credentials() async throws {
    let basic = Reply(401, headers: [("WWW-Authenticate", "Basic realm=\"r\"")])
    try await ScriptedServer.run { mirror in
      mirror.on("*", "/v2/*", reply: basic)
      try await ScriptedServer.run { origin in
        for blob in image.blobs {
          origin.on("/v2/team/app/blobs/\(blob.digest)") {
            $0.carriesCredentials ? .blob(blob.body, for: $0) : basic
          }
        }
        origin.on("/v2/team/app/manifests/1") { $0.carriesCredentials ? .manifest(image.manifest) : basic }
        try await PullScene.run { scene in
          scene.access.mirrors = [try #require(MirrorName(parsing: "http://\(mirror.authority)"))]
          scene.access.login.credentials = FixedCredential(
            FoundCredential(.password(username: "me", password: "canary"), from: .commandLine),
            for: [origin.authority])
          let log = WarningLog()
          let outcome = try await scene.pull("\(origin.authority)/team/app:1", observe: log.observe)
          #expect(outcome.error == nil)
          #expect(log.dropped == [mirror.authority])
          #expect(!mirror.requests.isEmpty)
          #expect(mirror.requests.allSatisfy { !$0.carriesCredentials })
        }
      }
    }
  }

  @Test("a mirror that wants a login gets the one that is kept for it")
  func mirrorLogin() async throws {
    let basic = Reply(401, headers: [("WWW-Authenticate", "Basic realm=\"r\"")])
    let guarded: @Sendable (RecordedRequest, Reply) -> Reply = { $0.basicCredentials == "me:mine" ? $1 : basic }
    try await ScriptedServer.run { mirror in
      for blob in image.blobs {
        mirror.on("/v2/team/app/blobs/\(blob.digest)") { guarded($0, .blob(blob.body, for: $0)) }
      }
      mirror.on("/v2/team/app/manifests/1") { guarded($0, .manifest(image.manifest)) }
      // The image's own registry has nothing.
      try await ScriptedServer.run { origin in
        try await PullScene.run { scene in
          scene.access.mirrors = [try #require(MirrorName(parsing: "http://\(mirror.authority)"))]
          scene.access.login.credentials = FixedCredential(
            FoundCredential(.password(username: "me", password: "mine"), from: .commandLine), for: [mirror.authority])
          origin.on("/v2/*", reply: Reply(404))
          let outcome = try await scene.pull("\(origin.authority)/team/app:1")
          #expect(outcome.error == nil)
          #expect(origin.requests.allSatisfy { !$0.carriesCredentials })
        }
      }
    }
  }

  @Test("where all sources fail for a blob, it is the origin's failure")
  func allFail() async throws {
    let lacked = image.layers[1]
    try await ScriptedServer.run { mirror in
      mirror.serveManifest(image.manifest)
      for blob in image.blobs where blob.digest != lacked.digest { mirror.serve(blob) }
      mirror.on("/v2/team/app/blobs/\(lacked.digest)", reply: Reply(403))
      try await ScriptedServer.run { origin in
        origin.serveManifest(image.manifest)
        for blob in image.blobs where blob.digest != lacked.digest { origin.serve(blob) }
        origin.on("/v2/team/app/blobs/\(lacked.digest)", reply: Reply(404))
        try await PullScene.run { scene in
          scene.access.mirrors = [try #require(MirrorName(parsing: "http://\(mirror.authority)"))]
          let outcome = try await scene.pull("\(origin.authority)/team/app:1")
          #expect(outcome.failureClass == .notFound)
          #expect(outcome.registryError?.request?.address.contains(origin.authority) == true)
        }
      }
    }
  }
}
