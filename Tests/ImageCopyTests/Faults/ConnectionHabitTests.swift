import ImageModel
import NIOSSL
import PullScenes
import RegistryClient
import ScriptedServer
import Synchronization
import Testing

@testable import ImageCopy

/// How servers frame their answers and treat their connections (RFC 9112).
@Suite("HTTP as it is spoken")
struct ConnectionHabitTests {
  private let image = ImageFixture(layers: Array(repeating: 30_000, count: 50), seed: 78)

  private func serve(_ server: ScriptedServer, _ change: @escaping @Sendable (Reply) -> Reply) {
    let manifest = image.manifest
    server.on("/v2/team/app/manifests/1") { _ in change(.manifest(manifest)) }
    for blob in image.blobs {
      server.on("/v2/team/app/blobs/\(blob.digest)") { request in change(.blob(blob.body, for: request)) }
    }
  }

  private func expectArchive(
    requestsPerConnection: Int? = nil, _ change: @escaping @Sendable (Reply) -> Reply = { $0 },
    check: (ScriptedServer) -> Void = { _ in }
  ) async throws {
    var configuration = ServerConfiguration()
    configuration.requestsPerConnection = requestsPerConnection
    try await ScriptedServer.run([], configuration) { server in
      serve(server, change)
      try await PullScene.run { scene in
        let reference = "\(server.authority)/team/app:1"
        let outcome = try await scene.pull(reference)
        #expect(outcome.error == nil, "\(String(describing: outcome.error))")
        let expected = try expectedArchive(image, reference: reference)
        #expect(try scene.bytes("app_1.tar") == expected)
        check(server)
      }
    }
  }

  @Test("T078: a server that closes every connection behind its answer, fifty times, without a word")
  func closedBetweenRequests() async throws {
    try await expectArchive(requestsPerConnection: 1, check: { #expect($0.connections >= 52) })
  }

  @Test("T078: Connection: close, and close behind the second answer", arguments: [1, 2])
  func announcedClose(count: Int) async throws {
    let turns = Turns()
    try await expectArchive({ turns.next() % count == 0 ? $0.announcingClose : $0 })
  }

  @Test("T078: HTTP/1.0, with a length and without", arguments: [true, false])
  func oldVersion(hasLength: Bool) async throws {
    try await expectArchive({ reply in
      reply.with {
        $0.version = "HTTP/1.0"
        if !hasLength { $0.framing = .untilClose }
      }
    })
  }

  @Test(
    "T078: 100 Continue and 103 Early Hints before the answer",
    arguments: ["HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"])
  func informational(head: String) async throws {
    try await expectArchive({ $0.preceded(by: head) })
  }

  @Test("T078: chunks with trailers behind them, also trailers that look like a head")
  func trailers() async throws {
    try await expectArchive({ reply in
      reply.with {
        $0.framing = .chunked
        $0.trailers = [("X-Checksum", "1"), ("Content-Range", "bytes 0-1/2"), ("Docker-Content-Digest", "x")]
      }
    })
  }

  @Test(
    "T078: a folded header line, two lengths, a length beside chunks: nothing of such an answer is kept",
    arguments: [
      "HTTP/1.1 200 OK\r\nX-Folded: a\r\n b\r\nContent-Length: LENGTH\r\n\r\nBODY",
      "HTTP/1.1 200 OK\r\nContent-Length: LENGTH\r\nContent-Length: 5\r\n\r\nBODY",
      "HTTP/1.1 200 OK\r\nContent-Length: LENGTH\r\nTransfer-Encoding: chunked\r\n\r\nBODY",
    ])
  func ambiguous(text: String) async throws {
    let one = ImageFixture(layers: [2_000], seed: 79)
    let manifest = String(decoding: one.manifest.bytes, as: UTF8.self)
    let filled = text.split(separator: "BODY", omittingEmptySubsequences: false)
      .map {
        $0.split(separator: "LENGTH", omittingEmptySubsequences: false).joined(separator: "\(manifest.utf8.count)")
      }
      .joined(separator: manifest)
    try await ScriptedServer.run { server in
      server.on("/v2/team/app/manifests/1", reply: .raw(filled))
      try await PullScene.run { scene in
        let outcome = try await scene.pull("\(server.authority)/team/app:1")
        #expect(outcome.failureClass == .network, "\(String(describing: outcome.error))")
        #expect(scene.files.isEmpty)
      }
    }
  }

  @Test("T096: HTTP/2 where HTTP/1.1 was asked for, with GOAWAY or REFUSED_STREAM, is the network's fault")
  func http2() async throws {
    // SETTINGS, then GOAWAY of stream 0 or RST_STREAM of stream 1 with REFUSED_STREAM (RFC 9113 §6).
    let settings = "\u{0}\u{0}\u{0}\u{4}\u{0}\u{0}\u{0}\u{0}\u{0}"
    let goAway = "\u{0}\u{0}\u{8}\u{7}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}"
    let refused = "\u{0}\u{0}\u{4}\u{3}\u{0}\u{0}\u{0}\u{0}\u{1}\u{0}\u{0}\u{0}\u{7}"
    for frames in [settings + goAway, settings + refused] {
      try await ScriptedServer.run { server in
        server.on("/v2/team/app/manifests/1", reply: .raw(frames))
        try await PullScene.run { scene in
          let outcome = try await scene.pull("\(server.authority)/team/app:1")
          #expect(outcome.failureClass == .network)
          #expect(scene.files.isEmpty)
        }
      }
    }
  }

  @Test("T096: a server that offers only HTTP/2 by ALPN, and yet speaks HTTP/1.1, is understood")
  func onlyHTTP2() async throws {
    try await TestAuthority.run { authority in
      try await ScriptedServer.run(tls: try authority.context(.good, protocols: ["h2"])) { server in
        server.serve(image)
        try await PullScene.run { scene in
          scene.access.usesPlainHTTP = false
          scene.access.network.trust.authorityFiles = [authority.certificateFile]
          let outcome = try await scene.pull("\(server.authority)/team/app:1")
          #expect(outcome.error == nil)
          #expect(server.requests.allSatisfy { $0.version == "HTTP/1.1" })
        }
      }
    }
  }
}
