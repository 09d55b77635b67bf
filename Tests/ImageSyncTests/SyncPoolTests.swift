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
    let sizes: [Int64] = [5, 900, 20, 900_000, 1]
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
    #expect(order.sizes == [900_000, 900, 20, 5, 1])
  }

  @Test("T217: who waits and is cancelled holds nobody up")
  func cancelled() async throws {
    let gate = TransferGate(width: 1)
    try await withThrowingTaskGroup(of: Void.self) { group in
      let large = Task { try await gate.pass(size: 10) {} }
      large.cancel()
      await #expect(throws: CancellationError.self) { try await large.value }
      group.addTask { try await gate.pass(size: 1) {} }
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
