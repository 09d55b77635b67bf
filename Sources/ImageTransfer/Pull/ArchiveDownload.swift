import ImageArchive
import ImageModel
import NIOPosix
import RegistryClient
import SystemPackage

/// Brings one planned archive into a file: finds what is there already, fetches the rest, and puts the finished
/// file under its name.
struct ArchiveDownload: Sendable {
  /// How often what is written is made to outlast a power cut.
  static let durabilityInterval: Duration = .seconds(1)
  /// How often a process that waits for another looks again.
  static let lockInterval: Duration = .milliseconds(200)

  let plan: ArchivePlan
  /// Blobs whose bytes are in memory already.
  let known: [Digest: [UInt8]]
  let source: any BlobSource
  let connections: Int
  let retrier: Retrier
  let request: PullRequest
  let tracker: ProgressTracker

  /// - Returns: bytes that came over the network.
  /// - Throws: `RegistryError`; `ArchiveError`; `CancellationError`.
  func run(to output: FilePath) async throws -> Int64 {
    let opened = try await PartialArchive.open(
      output: output, plan: plan, restart: request.restarts, lock: request.waits ? .wait : .tryOnce
    ) {
      if plan.isHeld(by: output) { throw DoneByAnother() }
      try await retrier.clock.sleep(for: Self.lockInterval)
    }
    return 0
  }

  private struct DoneByAnother: Error {}
}
