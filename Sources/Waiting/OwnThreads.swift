import NIOPosix

/// Threads for work that waits for other work. On the shared pool it could hold the only thread that the other work needs:
/// on a machine with one core that pool has one.
package enum OwnThreads {
  /// Runs `body` with a pool of its own, whose threads end with it.
  package static func run<Result>(_ count: Int, _ body: (NIOThreadPool) async throws -> Result) async throws -> Result {
    let pool = NIOThreadPool(numberOfThreads: count)
    pool.start()
    do {
      let result = try await body(pool)
      try? await pool.shutdownGracefully()
      return result
    } catch {
      try? await pool.shutdownGracefully()
      throw error
    }
  }
}
