import BlobTransfer
import HTTPAccess
import ImageArchive
import ImageModel
import MachineConfiguration
import ManualClocks
import PullScenes
import RegistryAuth
import RegistryClient
import ScriptedServer
import Synchronization
import Testing
import Waiting

@testable import ImageCopy

private let mebibyte = 1 << 20

@Suite("An archive as a stream")
struct OrderedStreamTests {
  private let image = ImageFixture(layers: [9 * mebibyte, 300_000, 5 * mebibyte, 40_000], seed: 90)
  private let window = Int64(4 * mebibyte)

  private var limits: ReadAhead.Limits { .init(piece: Int64(mebibyte), memory: ReadAheadMemory(window)) }

  /// Collects what is written, as a reader of standard output would.
  private final class Reader: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    var all: [UInt8] { bytes.withLock { $0 } }
    var count: Int { bytes.withLock { $0.count } }
    func take(_ more: UnsafeRawBufferPointer) { bytes.withLock { $0.append(contentsOf: more) } }
  }

  private struct Streamed {
    let error: (any Error)?
    let bytes: [UInt8]
    let events: [OrderedStream.StreamEvent]
  }

  private func stream(
    from origin: ScriptedServer, mirror: ScriptedServer? = nil,
    retrier: Retrier = Retrier(now: { 1_000_000 }, jitter: { 0 }),
    look: @escaping @Sendable (_ written: Int) -> Void = { _ in }
  ) async throws -> Streamed {
    var access = RegistryAccess(credentials: NoCredentials())
    access.usesPlainHTTP = true
    if let mirror { access.mirrors = [try #require(MirrorName(parsing: "http://\(mirror.authority)"))] }
    let pull = try ImagePull(access, registries: [], retrier: retrier)
    let reference = try ImageReference(parsing: "\(origin.authority)/team/app:1")
    let reader = Reader()
    let events = Mutex<[OrderedStream.StreamEvent]>([])
    var failure: (any Error)?
    do {
      let sources = try ImageSources(reference, by: pull.door) { _ in }
      let resolved = try await ImageResolver(sources: sources).resolve(platform: nil) { _ in }
      let stream = OrderedStream(
        segments: try ArchivePlan(images: [
          ResolvedReference(resolved, of: RequestedImage(reference: reference), from: sources).archived()
        ]).segments,
        known: [resolved.manifest.config.digest: resolved.configBytes],
        sources: sources.endpoints.indices.map { RegistrySource(sources, at: $0, fetchesForeignLayers: false) },
        connections: 8, retrier: retrier, limits: limits,
        sink: BlockingSink(on: .singleton) { bytes in
          look(reader.count)
          reader.take(bytes)
        },
        observe: { event in events.withLock { $0.append(event) } })
      _ = try await stream.run()
    } catch {
      failure = error
    }
    try await pull.close()
    return Streamed(error: failure, bytes: reader.all, events: events.withLock { $0 })
  }

  private func expected(_ origin: ScriptedServer) throws -> [UInt8] {
    try expectedArchive(image, reference: "\(origin.authority)/team/app:1")
  }

  /// Bytes of blobs that were asked for.
  private static func asked(_ server: ScriptedServer) -> Int64 {
    server.requests.reduce(0) { sum, request in
      guard request.path.contains("/blobs/") else { return sum }
      let bounds = (request.header("Range") ?? "").drop { $0 != "=" }.dropFirst().split(separator: "-")
        .compactMap { Int64($0) }
      return sum + (bounds.count == 2 ? bounds[1] - bounds[0] + 1 : 300_000)
    }
  }

  @Test("what comes out is the archive, in order, and never more is asked for than the window holds")
  func bounded() async throws {
    try await ScriptedServer.run { origin in
      origin.serve(image)
      let most = Mutex<Int64>(0)
      let streamed = try await stream(from: origin) { written in
        let ahead = Self.asked(origin) - Int64(written)
        most.withLock { $0 = max($0, ahead) }
      }
      #expect(streamed.error == nil)
      #expect(streamed.bytes == (try expected(origin)))
      let large = origin.requests("/v2/team/app/blobs/\(image.layers[0].digest)")
      #expect(large.count >= 9, "in pieces")
      // Beside the window: the config, and blobs that are asked for whole.
      #expect(most.withLock { $0 } <= window + Int64(3 * mebibyte))
      #expect(most.withLock { $0 } > Int64(mebibyte), "ahead of the reader")
    }
  }

  /// So that one source alone is not done before the other is asked.
  private func serveSlowly(_ server: ScriptedServer) {
    server.serveManifest(image.manifest)
    for blob in image.blobs {
      server.on("/v2/team/app/blobs/\(blob.digest)") { request in
        .blob(blob.body, for: request).with { $0.rate = Int64(8 * mebibyte) }
      }
    }
  }

  @Test("a mirror and the origin both give pieces")
  func mirror() async throws {
    try await ScriptedServer.run { mirror in
      serveSlowly(mirror)
      try await ScriptedServer.run { origin in
        serveSlowly(origin)
        let streamed = try await stream(from: origin, mirror: mirror)
        #expect(streamed.error == nil)
        #expect(streamed.bytes == (try expected(origin)))
        #expect(mirror.bodyBytesSent > Int64(mebibyte))
        #expect(origin.bodyBytesSent > Int64(mebibyte))
      }
    }
  }

  @Test("T079: small blobs with flipped bits come again from the origin, before a byte of them is written")
  func flipped() async throws {
    let image = ImageFixture(layers: [300_000, 40_000, 500_000], seed: 91)
    try await ScriptedServer.run { mirror in
      mirror.serveManifest(image.manifest)
      for blob in image.blobs {
        mirror.on("/v2/team/app/blobs/\(blob.digest)") {
          .blob(blob.body, for: $0).with { reply in if blob.size > 1000 { reply.flippedByte = 10 } }
        }
      }
      try await ScriptedServer.run { origin in
        origin.serveManifest(image.manifest)
        for blob in image.blobs {
          origin.on("/v2/team/app/blobs/\(blob.digest)") { .blob(blob.body, for: $0) }
        }
        let streamed = try await stream(from: origin, mirror: mirror)
        #expect(streamed.error == nil)
        #expect(streamed.bytes == (try expectedArchive(image, reference: "\(origin.authority)/team/app:1")))
      }
    }
  }

  @Test("T016: where ranges are ignored each blob comes over one connection", arguments: [false, true])
  func rangesIgnored(unsatisfiable: Bool) async throws {
    try await ScriptedServer.run { origin in
      origin.serveManifest(image.manifest)
      origin.serve(image.config)
      for blob in image.layers {
        origin.on("/v2/team/app/blobs/\(blob.digest)") {
          .blob(blob.body, for: $0, ranges: unsatisfiable ? .unsatisfiable : .ignored)
        }
      }
      let streamed = try await stream(from: origin)
      #expect(streamed.error == nil)
      #expect(streamed.bytes == (try expected(origin)))
    }
  }

  @Test("T082: a large blob with a wrong byte ends the stream before the last piece of it")
  func wrongBytes() async throws {
    try await ScriptedServer.run { origin in
      origin.serveManifest(image.manifest)
      origin.serve(image.config)
      for blob in image.layers {
        origin.on("/v2/team/app/blobs/\(blob.digest)") { request in
          .blob(blob.body, for: request).with { reply in
            let isFirst = request.header("Range")?.hasPrefix("bytes=0-") == true
            if blob.digest == image.layers[0].digest, isFirst { reply.flippedByte = 5 }
          }
        }
      }
      let streamed = try await stream(from: origin)
      #expect((streamed.error as? RegistryError)?.failureClass == .integrity)
      let archive = try expected(origin)
      #expect(streamed.bytes.count < archive.count - 5 * mebibyte)
      #expect(streamed.bytes.suffix(1024).contains { $0 != 0 })
    }
  }

  @Test("T056: 429 for ever, each time with a short wait, ends after ten minutes of them", arguments: [false, true])
  func endlessPatience(hasMirror: Bool) async throws {
    let limited = Reply(429, headers: [("Retry-After", "60")])
    try await ScriptedServer.run { mirror in
      mirror.serveManifest(image.manifest)
      mirror.serve(image.config)
      mirror.on("/v2/team/app/blobs/*", reply: limited)
      try await ScriptedServer.run { origin in
        origin.serveManifest(image.manifest)
        origin.serve(image.config)
        origin.on("/v2/team/app/blobs/*", reply: limited)
        let clock = ManualClock()
        let retrier = Retrier(clock: clock, now: { 1_000_000 }, jitter: { 0 })
        let streamed = try await clock.running(by: .seconds(1)) {
          try await stream(from: origin, mirror: hasMirror ? mirror : nil, retrier: retrier)
        }
        let error = streamed.error as? RegistryError
        #expect(error?.failureClass == .rateLimit)
        #expect((541...600).contains(error.wait(for: origin)))
        #expect(origin.requests.filter { $0.status == 429 }.count <= 18)
      }
    }
  }
}
