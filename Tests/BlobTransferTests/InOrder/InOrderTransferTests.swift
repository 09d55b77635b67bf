import ImageModel
import ManualClocks
import NIOCore
import NIOPosix
import SeededRandom
import Synchronization
import Testing
import Waiting

@testable import BlobTransfer

@Suite("Blobs in order, from any sources")
struct InOrderTransferTests {
  private static let piece: Int64 = 64 << 10
  private static let window: Int64 = 256 << 10

  private var limits: ReadAhead.Limits { ReadAhead.Limits(piece: Self.piece, memory: ReadAheadMemory(Self.window)) }

  /// Takes bytes in order, and now and then takes its time.
  private final class Collector: ByteSink {
    private let state: Mutex<(bytes: [UInt8], random: SeededRandom)>
    private let clock: ManualClock
    private let look: @Sendable (_ taken: Int) -> Void

    init(seed: UInt64, clock: ManualClock, look: @escaping @Sendable (Int) -> Void = { _ in }) {
      state = Mutex(([], SeededRandom(seed: seed)))
      self.clock = clock
      self.look = look
    }

    var bytes: [UInt8] { state.withLock { $0.bytes } }

    func write(_ bytes: ByteBuffer) async throws {
      let isSlow = state.withLock { Int.random(in: 0..<10, using: &$0.random) == 0 }
      if isSlow { try await clock.sleep(for: .milliseconds(100)) }
      state.withLock { $0.bytes.append(contentsOf: bytes.readableBytesView) }
      look(self.bytes.count)
    }
  }

  private func sources(
    _ blobs: [MemoryBlob], clock: ManualClock, seed: UInt64, using random: inout SeededRandom
  ) -> [MemorySource] {
    var sources: [MemorySource] = []
    for number in 0..<Int.random(in: 0...2, using: &random) {
      var character = MemorySource.Character()
      character.faults = .random(in: 0...4, using: &random)
      character.kinds = [.connectionLost, .transient, .stalled, .wrongRange, .final, .rateLimited(until: nil)]
      character.lies = [0, 0, 0, 20].randomElement(using: &random) ?? 0
      character.ignoresRanges = Int.random(in: 0..<3, using: &random) == 0
      character.lacks = Set(blobs.map(\.descriptor.digest).filter { _ in Bool.random(using: &random) })
      sources.append(
        MemorySource("mirror \(number)", isMirror: true, blobs, character, seed: seed + UInt64(number), clock: clock))
    }
    var character = MemorySource.Character()
    character.faults = 3
    character.ignoresRanges = Int.random(in: 0..<4, using: &random) == 0
    return sources + [MemorySource("origin", blobs, character, seed: seed, clock: clock)]
  }

  private func pool(_ sources: [MemorySource], _ blobs: [MemoryBlob], clock: ManualClock) -> SourcePool {
    SourcePool(
      sources, blobs: blobs.map(\.descriptor.digest), connections: 6, isForSmallBlobs: false,
      retrier: Retrier(clock: clock, now: { 1_000_000 }, jitter: { 0.5 }))
  }

  @Test(
    "T193: random sources and faults give the bytes in order, or nothing that could be taken for them",
    .timeLimit(.minutes(5)))
  func randomRuns() async throws {
    for seed: UInt64 in 1...25 {
      var random = SeededRandom(seed: seed)
      let blobs = MemoryBlob.some(.random(in: 0...6, using: &random), using: &random)
      let clock = ManualClock()
      let sources = sources(blobs, clock: clock, seed: seed, using: &random)
      let collector = Collector(seed: seed, clock: clock)
      let pool = pool(sources, blobs, clock: clock)
      var failure: (any Error)?
      do {
        try await clock.running {
          try await InOrderTransfer.run(
            blobs.enumerated().map { OrderedBlob($1.descriptor, number: $0) }, from: pool, connections: 6,
            limits: limits, threads: .singleton, into: collector
          ) { transfer in
            for index in blobs.indices { try await transfer.pass(index) }
          }
        }
      } catch { failure = error }
      let expected = blobs.flatMap(\.bytes)
      guard let failure else {
        let isRight = collector.bytes == expected
        #expect(isRight, "seed \(seed)")
        continue
      }
      // What was passed on of a large blob cannot be taken back. Its last bytes were not passed on.
      #expect(failure is WrongBlob && sources.contains { $0.liesTold > 0 }, "seed \(seed): \(failure)")
      #expect(collector.bytes.count < expected.count, "seed \(seed)")
    }
  }

  @Test("parts of blobs come as they are asked for, ranges or none", .timeLimit(.minutes(1)))
  func parts() async throws {
    for seed: UInt64 in 1...40 {
      var random = SeededRandom(seed: seed)
      let blob = MemoryBlob(size: .random(in: 1...900_000, using: &random), using: &random)
      let start = Int64.random(in: 0..<blob.descriptor.size, using: &random)
      let range = start..<Int64.random(in: start...blob.descriptor.size, using: &random)
      let clock = ManualClock()
      var character = MemorySource.Character()
      character.faults = 3
      character.ignoresRanges = Bool.random(using: &random)
      let collector = Collector(seed: seed, clock: clock)
      let pool = pool([MemorySource("origin", [blob], character, seed: seed, clock: clock)], [blob], clock: clock)
      try await clock.running {
        try await InOrderTransfer.run(
          [OrderedBlob(blob.descriptor, number: 0, range: range)], from: pool, connections: 3, limits: limits,
          threads: .singleton, into: collector
        ) { try await $0.pass(0) }
      }
      let isRight = collector.bytes == Array(blob.bytes[Int(range.lowerBound)..<Int(range.upperBound)])
      #expect(isRight, "seed \(seed)")
    }
  }

  @Test("no more is asked for ahead of a slow taker than the window holds")
  func window() async throws {
    var random = SeededRandom(seed: 7)
    let blobs = [MemoryBlob(size: 2_000_000, using: &random), MemoryBlob(size: 900_000, using: &random)]
    let clock = ManualClock()
    let source = MemorySource("origin", blobs, clock: clock)
    let most = Mutex<Int64>(0)
    let collector = Collector(seed: 7, clock: clock) { taken in
      let ahead = source.requests.reduce(0) { $0 + Int64($1.range.count) } - Int64(taken)
      most.withLock { $0 = max($0, ahead) }
    }
    let pool = pool([source], blobs, clock: clock)
    try await clock.running {
      try await InOrderTransfer.run(
        blobs.enumerated().map { OrderedBlob($1.descriptor, number: $0) }, from: pool, connections: 6,
        limits: limits, threads: .singleton, into: collector
      ) { transfer in
        for index in blobs.indices { try await transfer.pass(index) }
      }
    }
    let isRight = collector.bytes == blobs.flatMap(\.bytes)
    #expect(isRight)
    #expect(most.withLock { $0 } <= Self.window)
    #expect(most.withLock { $0 } > Self.piece, "ahead of the taker")
  }
}
