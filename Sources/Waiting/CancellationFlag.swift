import NIOPosix
import Synchronization

/// Tells work on a thread that may wait that its task was cancelled.
package final class CancellationFlag: Sendable {
  private let flag = Atomic(false)

  /// Whether the task was cancelled.
  package var isSet: Bool { flag.load(ordering: .relaxed) }

  /// - Throws: `CancellationError` once the task was cancelled.
  package func check() throws(CancellationError) {
    if isSet { throw CancellationError() }
  }

  /// Runs blocking work on a thread that may wait.
  ///
  /// - Throws: what `work` throws; `CancellationError`.
  package static func run<Result: Sendable>(
    on pool: NIOThreadPool = Workers.current.pool, _ work: @escaping @Sendable (CancellationFlag) throws -> Result
  ) async throws -> Result {
    let flag = CancellationFlag()
    return try await withTaskCancellationHandler {
      try Task.checkCancellation()
      return try await pool.runIfActive { try work(flag) }
    } onCancel: {
      flag.flag.store(true, ordering: .relaxed)
    }
  }
}
