import NIOCore
import NIOPosix
import Synchronization

/// The threads that work is done on: loops for connections, and a pool for what waits for a disk, hashes or decompresses, none
/// of which Swift's own threads are for.
///
/// They are handed in by ``withWorkers(loops:threads:_:)``, and reach every task that is started in its closure. A program that
/// hands in none has NIO's, which all parts of a process share: this is the only place that names them.
public struct Workers: Sendable {
  /// Nil for NIO's. Those are made when the first work needs them, since most commands need only some.
  private let ownLoops: (any EventLoopGroup)?
  private let ownPool: NIOThreadPool?

  /// - Parameters:
  ///   - loops: nil for those of the process.
  ///   - pool: nil for that of the process.
  public init(loops: (any EventLoopGroup)? = nil, pool: NIOThreadPool? = nil) {
    (ownLoops, ownPool) = (loops, pool)
  }

  /// Those of the task that asks.
  @TaskLocal package static var current = Workers()

  package var loops: any EventLoopGroup { ownLoops ?? MultiThreadedEventLoopGroup.singleton }

  package var pool: NIOThreadPool { ownPool ?? .singleton }

  /// Runs blocking work on a thread of the pool. What only the work holds is let go before this returns.
  ///
  /// - Throws: what `work` throws; `CancellationError` where the task was cancelled before it began.
  package func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
    let work = HeldWork(work)
    return try await pool.runIfActive { try work.run() }
  }

  /// Runs blocking work that leaves things in order, also where the task was cancelled.
  ///
  /// - Throws: what `work` throws; `CancellationError` where the pool has ended.
  package func runAlsoCancelled<Result: Sendable>(
    _ work: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    let work = HeldWork(work)
    return try await withCheckedThrowingContinuation { continuation in
      pool.submit { state in
        guard state == .active else { return continuation.resume(throwing: CancellationError()) }
        continuation.resume(with: Swift.Result { try work.run() })
      }
    }
  }
}

/// Work that is let go once it is done. A thread of a pool holds on to what it ran until after the task goes on that waited
/// for it: a lock that ends with what holds it could be had by nobody else until then.
private final class HeldWork<Result: Sendable>: Sendable {
  private let work: Mutex<(@Sendable () throws -> Result)?>

  init(_ work: @escaping @Sendable () throws -> Result) { self.work = Mutex(work) }

  func run() throws -> Result {
    guard let work = work.withLock({ $0.take() }) else { throw CancellationError() }
    return try work()
  }
}

/// Runs work on these threads: whatever tasks it starts take them.
public func withWorkers<Result>(_ workers: Workers, _ work: () async throws -> Result) async rethrows -> Result {
  try await Workers.$current.withValue(workers, operation: work)
}

/// Runs work on threads of its own, which are gone when it ends.
///
/// - Parameters:
///   - loops: how many threads serve connections.
///   - threads: how many may wait for disks, hash and decompress.
/// - Throws: what `work` throws.
public func withWorkers<Result>(
  loops: Int, threads: Int, _ work: () async throws -> Result
) async throws -> Result {
  let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
  let pool = NIOThreadPool(numberOfThreads: threads)
  pool.start()
  let outcome: Swift.Result<Result, any Error>
  do { outcome = .success(try await withWorkers(Workers(loops: group, pool: pool), work)) } catch {
    outcome = .failure(error)
  }
  // What they were to do is done: they have nothing left to fail at.
  try? await pool.shutdownGracefully()
  try? await group.shutdownGracefully()
  return try outcome.get()
}
