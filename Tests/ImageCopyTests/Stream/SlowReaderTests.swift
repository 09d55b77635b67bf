import BlobTransfer
import Dispatch
import HTTPAccess
import ImageArchive
import ImageModel
import NIOPosix
import PullScenes
import RegistryAuth
import RegistryClient
import ScriptedServer
import Synchronization
import Testing
import Waiting

@testable import ImageCopy

/// All connections on one thread, as on a machine with one core.
@Suite("Who reads slowly")
struct SlowReaderTests {
  private let image = ImageFixture(layers: [8 << 20], seed: 134)

  /// A registry that ignores ranges, and has a page beside its images.
  private func scene(_ body: @Sendable (ScriptedServer, RegistryDoor) async throws -> Void) async throws {
    try await ScriptedServer.run { server in
      server.serveManifest(image.manifest)
      for blob in image.blobs {
        server.on("/v2/team/app/blobs/\(blob.digest)") { _ in Reply(body: blob.body) }
      }
      server.on("/other", reply: Reply(text: "here"))
      var access = RegistryAccess(credentials: NoCredentials())
      access.usesPlainHTTP = true
      // Whoever listens stands in the way of the bytes, too.
      access.network.observeRequest = { _ in }
      let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
      let retrier = Retrier(now: { 1_000_000 }, jitter: { 0 })
      let door = try RegistryDoor(access, registries: [], retrier: retrier, group: group)
      do { try await body(server, door) } catch {
        try await door.close()
        try await group.shutdownGracefully()
        throw error
      }
      try await door.close()
      try await group.shutdownGracefully()
    }
  }

  /// Another request, on the same thread.
  private func askOther(_ server: ScriptedServer, _ door: RegistryDoor) async throws {
    let url = try #require(AbsoluteURL(parsing: "\(server.origin)/other"))
    let response = try await door.transport.send(TransportRequest(.GET, url), to: BodyCollector(limit: 100))
    #expect(response.status == 200)
  }

  @Test("T134: a reader of a pipe that takes its time stops no other connection", .timeLimit(.minutes(10)))
  func pipe() async throws {
    try await scene { server, door in
      let reference = try ImageReference(parsing: "\(server.authority)/team/app:1")
      let sources = try ImageSources(reference, by: door) { _ in }
      let resolved = try await ImageResolver(sources: sources).resolve(platform: nil) { _ in }
      let (waits, waiting) = AsyncStream.makeStream(of: Void.self)
      let goOn = DispatchSemaphore(value: 0)
      let written = Mutex<[UInt8]>([])
      let stream = OrderedStream(
        segments: try ArchivePlan(images: [
          ResolvedReference(resolved, of: RequestedImage(reference: reference), from: sources).archived()
        ]).segments,
        known: [resolved.manifest.config.digest: resolved.configBytes],
        sources: [RegistrySource(sources, at: 0, fetchesForeignLayers: false)],
        connections: 1, retrier: door.retrier,
        limits: ReadAhead.Limits(piece: 1 << 20, memory: ReadAheadMemory(1 << 20)),
        sink: BlockingSink(on: .singleton) { bytes in
          let isFirst = written.withLock { written in
            defer { written += bytes }
            return written.count < 1 << 20 && written.count + bytes.count >= 1 << 20
          }
          guard isFirst else { return }
          // In the midst of the layer.
          waiting.finish()
          goOn.wait()
        },
        observe: { _ in })
      async let whole = stream.run()
      for await _ in waits {}
      try await askOther(server, door)
      goOn.signal()
      _ = try await whole
      #expect(written.withLock { $0 } == (try expectedArchive(image, reference: "\(reference)")))
    }
  }

  /// Takes one piece, and no more until it is let go.
  private final class Pausing: BlobReceiver {
    let pieces = Mutex<[Int]>([])
    private let taken: AsyncStream<Void>.Continuation
    private let change = ChangeSignal()
    private let isPaused = Mutex(true)

    init(_ taken: AsyncStream<Void>.Continuation) {
      self.taken = taken
    }

    func begin(at offset: Int64, isWhole: Bool) {}

    func receive(_ bytes: UnsafeRawBufferPointer) {
      pieces.withLock { $0.append(bytes.count) }
      taken.finish()
    }

    func goOn() {
      isPaused.withLock { $0 = false }
      change.notify()
    }

    var pause: ReceiverPause? {
      guard isPaused.withLock({ $0 }) else { return nil }
      return { [self] in
        while true {
          let generation = change.generation
          guard isPaused.withLock({ $0 }) else { return }
          try? await change.wait(since: generation)
        }
      }
    }
  }

  @Test(
    "T134: what holds a connection back gets nothing more until it goes on, and its thread serves others",
    .timeLimit(.minutes(10)))
  func pause() async throws {
    try await scene { server, door in
      let layer = image.layers[0]
      let descriptor = Descriptor(
        mediaType: MediaType(rawValue: layer.mediaType), digest: try Digest(parsing: layer.digest),
        size: Int64(layer.bytes.count))
      let client = try await door.client(for: try RegistryName(parsing: server.authority)) { _ in }
      let (takes, taking) = AsyncStream.makeStream(of: Void.self)
      let receiver = Pausing(taking)
      async let done: Void = client.blob(
        "team/app", descriptor, range: ByteRange(0..<descriptor.size), lane: 0, receiver: receiver)
      for await _ in takes {}
      for _ in 0..<20 { try await askOther(server, door) }
      #expect(receiver.pieces.withLock { $0.count } == 1)
      receiver.goOn()
      try await done
      #expect(receiver.pieces.withLock { $0.reduce(0, +) } == layer.bytes.count)
    }
  }
}
