import ImageModel
import ManualClocks
import NIOPosix
import SeededRandom
import Synchronization
import Testing
import Waiting

@testable import BlobTransfer

@Suite("Blobs in ranges of any order, from any sources into any place")
struct PlacedTransferTests {
  /// A run with everything random: what is there already, who has what, who fails, lies, ignores ranges or is slow.
  private struct Scene {
    let clock = ManualClock()
    let blobs: [MemoryBlob]
    let sinks: [MemorySink]
    let sources: [MemorySource]
    let copies: [Int: [BlobCopy]]
    var isHonest: Bool { !holdsWrongBytes && sources.allSatisfy { $0.liesTold == 0 } }
    private(set) var holdsWrongBytes = false

    init(seed: UInt64) {
      var random = SeededRandom(seed: seed)
      let blobs = MemoryBlob.some(.random(in: 0...8, using: &random), using: &random)
      var sinks: [MemorySink] = []
      var copies: [Int: [BlobCopy]] = [:]
      for (index, blob) in blobs.enumerated() {
        var held = RangeSet()
        for _ in 0..<Int.random(in: 0...4, using: &random) where blob.descriptor.size > 0 {
          let start = Int64.random(in: 0..<blob.descriptor.size, using: &random)
          held.insert(start..<Int64.random(in: start...blob.descriptor.size, using: &random))
        }
        var bytes = blob.bytes
        if let first = held.ranges.first, Int.random(in: 0..<5, using: &random) == 0 {
          bytes[Int(first.lowerBound)] ^= 1
          holdsWrongBytes = true
        }
        let sink = MemorySink(blob.descriptor, holding: held, of: bytes)
        sinks.append(sink)
        guard Int.random(in: 0..<5, using: &random) == 0 else { continue }
        // Files that are right, too short, wrong or gone.
        let faults = (0..<Int.random(in: 1...2, using: &random)).map { _ in Int.random(in: 0..<4, using: &random) }
        // Whatever precedes another copy is written again.
        if faults.contains(2) || faults.first == 1 && faults.count == 2 { holdsWrongBytes = true }
        copies[index] = faults.map { fault in
          BlobCopy(place: "file") {
            if fault == 3 { return nil }
            return { range in
              if fault == 1, range.upperBound == blob.descriptor.size { return false }
              var piece = Array(blob.bytes[Int(range.lowerBound)..<Int(range.upperBound)])
              if fault == 2 { piece[0] ^= 1 }
              try piece.withUnsafeBytes { try sink.write($0, at: range.lowerBound) }
              return true
            }
          }
        }
      }
      var sources: [MemorySource] = []
      for number in 0..<Int.random(in: 0...3, using: &random) {
        var character = MemorySource.Character()
        character.faults = .random(in: 0...6, using: &random)
        character.kinds = [
          .connectionLost, .transient, .stalled, .wrongRange, .final, .overloaded(until: nil), .rateLimited(until: nil),
        ]
        character.lies = [0, 0, 50].randomElement(using: &random) ?? 0
        character.ignoresRanges = Int.random(in: 0..<4, using: &random) == 0
        character.lacks = Set(blobs.map(\.descriptor.digest).filter { _ in Bool.random(using: &random) })
        character.pause = Int.random(in: 0..<4, using: &random) == 0 ? .milliseconds(200) : nil
        sources.append(
          MemorySource("mirror \(number)", isMirror: true, blobs, character, seed: seed + UInt64(number), clock: clock))
      }
      var character = MemorySource.Character()
      character.faults = 3
      character.shortest = [Int.max, 100_000].randomElement(using: &random) ?? .max
      character.ignoresRanges = Int.random(in: 0..<6, using: &random) == 0
      if character.ignoresRanges { character.shortest = .max }
      sources.append(MemorySource("origin", blobs, character, seed: seed, clock: clock))
      self.blobs = blobs
      self.sinks = sinks
      self.sources = sources
      self.copies = copies
    }

    func transfer(_ observe: @escaping @Sendable (TransferEvent) -> Void = { _ in }) -> PlacedTransfer {
      PlacedTransfer(
        into: sinks, from: sources, copies: copies, connections: 8,
        retrier: Retrier(clock: clock, now: { 1_000_000 }, jitter: { 0.5 }), threads: .singleton, observe: observe)
    }

    /// What holds whenever a run ends, however it does.
    func check(_ sinks: [MemorySink], seed: UInt64) {
      for (sink, blob) in zip(sinks, blobs) {
        #expect(sink.finishes <= 1, "seed \(seed)")
        #expect(sink.finishes == 0 || sink.wasRightAtFinish, "seed \(seed): finished before it was right")
        guard isHonest else { continue }
        // A chunk may be on its way while another connection takes its claim over.
        #expect(
          sink.bytesWrittenTwice <= Int64(MemoryBlob.piece)
            || sources.contains { !$0.requests.isEmpty && $0.isRangeless },
          "seed \(seed): written twice")
        for range in sink.noted.ranges {
          let range = Int(range.lowerBound)..<Int(range.upperBound)
          let isThere = sink.bytes[range] == blob.bytes[range]
          #expect(isThere, "seed \(seed): noted, and not there")
        }
      }
    }
  }

  @Test("T190: random sources, faults, lies and leftovers end in the right bytes", .timeLimit(.minutes(5)))
  func randomRuns() async throws {
    for seed: UInt64 in 1...25 {
      let scene = Scene(seed: seed)
      let verified = Mutex<[Int]>([])
      do {
        try await scene.clock.running {
          try await scene.transfer { event in
            if case .verified(let index, _, _) = event { verified.withLock { $0.append(index) } }
          }.run()
        }
      } catch {
        Issue.record("seed \(seed): \(error)")
      }
      for (sink, blob) in zip(scene.sinks, scene.blobs) {
        #expect(sink.holds(blob), "seed \(seed)")
        #expect(sink.finishes == 1, "seed \(seed)")
      }
      #expect(verified.withLock { $0.sorted() } == Array(scene.blobs.indices), "seed \(seed)")
      scene.check(scene.sinks, seed: seed)
    }
  }

  @Test("T191: what is cancelled anywhere goes on from what was noted", .timeLimit(.minutes(5)))
  func cancelled() async throws {
    for seed: UInt64 in 100...115 {
      let scene = Scene(seed: seed)
      var random = SeededRandom(seed: seed)
      let missing = scene.sinks.reduce(0) { $0 + $1.blob.size - $1.held.count }
      let enough = Int64.random(in: 0...max(missing, 0), using: &random)
      try await scene.clock.running {
        try await withThrowingTaskGroup(of: Bool.self) { group in
          group.addTask {
            try? await scene.transfer().run()
            return true
          }
          group.addTask {
            while scene.sinks.reduce(0, { $0 + $1.written.count }) < enough {
              try await Task.sleep(for: .microseconds(50))
            }
            return false
          }
          _ = try await group.next()
          group.cancelAll()
          while (try? await group.next()) != nil {}
        }
      }
      scene.check(scene.sinks, seed: seed)
      let rest = scene.sinks.map { MemorySink($0.blob, holding: $0.noted, of: $0.bytes) }
      let origin = MemorySource("origin", scene.blobs)
      try await scene.clock.running {
        try await PlacedTransfer(
          into: rest, from: [origin], connections: 4, retrier: Retrier(clock: scene.clock, now: { 0 }),
          threads: .singleton
        ).run()
      }
      for (sink, blob) in zip(rest, scene.blobs) {
        #expect(sink.holds(blob), "seed \(seed)")
        guard scene.isHonest else { continue }
        #expect(sink.held.ranges.allSatisfy { sink.written.missing(in: $0) == [$0] }, "seed \(seed): fetched again")
      }
    }
  }

  @Test("T192: who sent wrong bytes is found out, and the others serve on")
  func blame() async throws {
    var random = SeededRandom(seed: 192)
    let blob = MemoryBlob(size: 12_000_000, using: &random)
    let clock = ManualClock()
    var liar = MemorySource.Character()
    liar.lies = 100
    let sources = [
      MemorySource("liar", isMirror: true, [blob], liar), MemorySource("honest", isMirror: true, [blob]),
      MemorySource("origin", [blob]),
    ]
    let blamed = Mutex<[String]>([])
    let sink = MemorySink(blob.descriptor)
    try await clock.running {
      try await PlacedTransfer(
        into: [sink], from: sources, connections: 6, retrier: Retrier(clock: clock, now: { 0 }), threads: .singleton,
        observe: { event in
          if case .wrongBytes(_, let source) = event { blamed.withLock { $0.append(source) } }
        }
      ).run()
    }
    #expect(sink.holds(blob))
    #expect(sources[0].liesTold == 0 || blamed.withLock { $0 } == ["liar"])
  }

  @Test("a blob that is wrong everywhere ends the transfer, and is never finished")
  func wrongEverywhere() async throws {
    var random = SeededRandom(seed: 193)
    let blob = MemoryBlob(size: 50_000, using: &random)
    let clock = ManualClock()
    var liar = MemorySource.Character()
    liar.lies = 100
    let sink = MemorySink(blob.descriptor)
    let transfer = PlacedTransfer(
      into: [sink], from: [MemorySource("origin", [blob], liar)], connections: 2,
      retrier: Retrier(clock: clock, now: { 0 }), threads: .singleton)
    await #expect(throws: WrongBlob.self) { try await clock.running { try await transfer.run() } }
    #expect(transfer.lostBlob == 0)
    #expect(sink.finishes == 0)
  }
}

@Suite("Blobs that are copied alone, without any source")
struct CopiesAloneTests {
  private struct NoCopy: Error, Equatable { let number: Int }

  /// - Parameter faults: of each copy of the blob, nil for one that is right.
  private func run(_ faults: [BlobCopy.Fault?]) async throws -> MemorySink {
    var random = SeededRandom(seed: 210)
    let blob = MemoryBlob(size: 20_000_000, using: &random)
    let sink = MemorySink(blob.descriptor)
    let copies = faults.enumerated().map { number, fault in
      BlobCopy(place: "file \(number)", failure: { _ in NoCopy(number: number) }) {
        if case .gone = fault { return nil }
        return { range in
          if case .truncated = fault, range.upperBound == blob.descriptor.size { return false }
          var piece = Array(blob.bytes[Int(range.lowerBound)..<Int(range.upperBound)])
          if fault != nil { piece[0] ^= 1 }
          try piece.withUnsafeBytes { try sink.write($0, at: range.lowerBound) }
          return true
        }
      }
    }
    try await PlacedTransfer(
      into: [sink], from: [], copies: [0: copies], connections: 1, retrier: Retrier(now: { 0 }), threads: .singleton
    ).run()
    #expect(sink.holds(blob) && sink.finishes == 1)
    return sink
  }

  @Test("T210: the first copy that is right is taken, whatever is wrong with those before it", .timeLimit(.minutes(10)))
  func alternatives() async throws {
    _ = try await run([nil])
    _ = try await run([.gone, nil])
    _ = try await run([.truncated, nil])
    _ = try await run([.wrong, .truncated, nil])
  }

  @Test("T210: where no copy serves, the last one's failure ends the transfer", .timeLimit(.minutes(10)))
  func noneLeft() async throws {
    for fault in [BlobCopy.Fault.gone, .truncated, .wrong] {
      await #expect(throws: NoCopy(number: 0)) { _ = try await run([fault]) }
      await #expect(throws: NoCopy(number: 1)) { _ = try await run([.wrong, fault]) }
    }
  }
}

extension MemorySource {
  fileprivate var isRangeless: Bool { requests.isEmpty || ignoresRanges }
}
