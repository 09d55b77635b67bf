import NIOPosix
import Synchronization
import Testing

@testable import Waiting

private final class Busy: Sendable { let count = Atomic(0) }

@Suite("The threads that work is done on")
struct WorkersTests {
  @Test("all tasks of a closure work on the threads that were handed in, and those alone")
  func handedIn() async throws {
    let (pool, loops) = try await withWorkers(loops: 1, threads: 1) {
      let workers = Workers.current
      #expect(workers.pool !== NIOThreadPool.singleton)
      #expect(workers.loops !== MultiThreadedEventLoopGroup.singleton)
      // Two at once have one thread.
      let busy = Busy()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<20 {
          group.addTask {
            try await Workers.current.run {
              #expect(busy.count.wrappingAdd(1, ordering: .relaxed).newValue == 1)
              busy.count.wrappingSubtract(1, ordering: .relaxed)
            }
          }
        }
        try await group.waitForAll()
      }
      return (workers.pool, workers.loops)
    }
    #expect(Workers.current.pool === NIOThreadPool.singleton)
    #expect(Workers.current.loops === MultiThreadedEventLoopGroup.singleton)
    // They are gone.
    await #expect(throws: (any Error).self) { try await pool.runIfActive {} }
    #expect(pool !== Workers.current.pool && loops !== Workers.current.loops)
  }

  @Test("what the work throws is thrown, and its threads are gone all the same")
  func failure() async throws {
    struct Failure: Error {}
    await #expect(throws: Failure.self) {
      try await withWorkers(loops: 1, threads: 1) { throw Failure() }
    }
  }

  @Test("T212: what leaves things in order runs also where the task was cancelled, and its error is told")
  func cancelled() async throws {
    struct Refused: Error {}
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      await #expect(throws: CancellationError.self) { try await Workers.current.run { 1 } }
      let two = try await Workers.current.runAlsoCancelled { 2 }
      #expect(two == 2)
      await #expect(throws: Refused.self) { try await Workers.current.runAlsoCancelled { throw Refused() } }
    }
    try await task.value
  }
}
