import ImageCopy
import NIOCore
import Waiting

/// The threads of a server: its connections and its disk are its own, so that nothing else of the program waits for them.
enum ServerThreads {
  static func run<Result>(_ work: () async throws -> Result) async throws -> Result {
    let cores = System.coreCount
    let loops = OpenFileBudget.current.eventLoops(cores: cores)
    return try await withWorkers(loops: loops, threads: max(8, 2 * cores), work)
  }
}
