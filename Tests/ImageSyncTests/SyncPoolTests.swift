import ImageModel
import Synchronization
import Testing

@testable import ImageCopy

struct SyncPoolTests {
  private let digest = Digest.hash(Array("a".utf8))

  private final class Order: Sendable {
    private let found = Mutex<[Int64]>([])
    var sizes: [Int64] { found.withLock(\.self) }
    func add(_ size: Int64) { found.withLock { $0.append(size) } }
  }

  @Test("T217: of the blobs that wait the largest goes first, and never more than so many at a time")
  func largestFirst() async throws {
    let gate = TransferGate(width: 1)
    let order = Order()
    let sizes: [Int64] = [5, 900, 20, 900_000, 1].map { $0 << 20 }
    try await withThrowingTaskGroup(of: Void.self) { group in
      // It holds the only place until all others wait.
      group.addTask {
        try await gate.pass(size: .max) { while gate.waitingCount < sizes.count { await Task.yield() } }
      }
      while gate.isFree { await Task.yield() }
      for size in sizes {
        group.addTask { try await gate.pass(size: size) { order.add(size) } }
      }
      try await group.waitForAll()
    }
    #expect(order.sizes == [900_000, 900, 20, 5, 1].map { $0 << 20 })
  }

  private final class Running: Sendable {
    private let state = Mutex((now: 0, most: 0, isOver: false))
    var most: Int { state.withLock(\.most) }
    var isOver: Bool { state.withLock(\.isOver) }
    func begin() { state.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.isOver) } }
    func end() { state.withLock { $0.now -= 1 } }
    func finish() { state.withLock { $0.isOver = true } }
  }

  @Test(
    "T382: small blobs go beside large ones, as many at a time as in a copy of one image", .timeLimit(.minutes(10)))
  func smallBeside() async throws {
    let gate = TransferGate(width: 2)
    let running = Running()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<40 {
        group.addTask {
          try await gate.pass(size: 1_000) {
            running.begin()
            while running.most < 6 { await Task.yield() }
            running.end()
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(running.most == 6)
  }

  @Test("T382: a small blob does not wait behind large ones that wait")
  func smallPasses() async throws {
    let gate = TransferGate(width: 1)
    let running = Running()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await gate.pass(size: 9 << 20) { while !running.isOver { await Task.yield() } } }
      while gate.isFree { await Task.yield() }
      group.addTask { try await gate.pass(size: 8 << 20) {} }
      while gate.waitingCount == 0 { await Task.yield() }
      try await gate.pass(size: 10) { #expect(gate.waitingCount == 1) }
      running.finish()
      try await group.waitForAll()
    }
  }

  @Test("T217: who waits and is cancelled holds nobody up")
  func cancelled() async throws {
    let gate = TransferGate(width: 1)
    let running = Running()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await gate.pass(size: 9 << 20) { while !running.isOver { await Task.yield() } } }
      while gate.isFree { await Task.yield() }
      // The largest of those that wait: nobody else could go before it.
      let large = Task { try await gate.pass(size: 8 << 20) {} }
      while gate.waitingCount == 0 { await Task.yield() }
      large.cancel()
      await #expect(throws: CancellationError.self) { try await large.value }
      #expect(gate.waitingCount == 0)
      group.addTask { try await gate.pass(size: 7 << 20) {} }
      running.finish()
      try await group.waitForAll()
    }
    #expect(gate.isFree && gate.waitingCount == 0)
  }

  @Test(
    "T217: the first brings a blob to the registry, the second waits and mounts; after a failure the second brings it")
  func board() async throws {
    let board = BlobBoard()
    #expect(board.step(digest, in: "a") == .bring(holders: []))
    guard case .wait(let generation) = board.step(digest, in: "b") else {
      Issue.record("two would send it")
      return
    }
    board.end(digest, in: "a", isThere: false)
    try await board.wait(since: generation)
    #expect(board.step(digest, in: "b") == .bring(holders: []))
    board.end(digest, in: "b", isThere: true)
    #expect(board.step(digest, in: "a") == .bring(holders: ["b"]))
    // Another repository need not wait for that.
    #expect(board.step(digest, in: "c") == .bring(holders: ["b"]))
    guard case .wait = board.step(digest, in: "a") else {
      Issue.record("two would mount it")
      return
    }
    board.end(digest, in: "a", isThere: true)
    #expect(board.step(digest, in: "a") == .present)
  }
}
