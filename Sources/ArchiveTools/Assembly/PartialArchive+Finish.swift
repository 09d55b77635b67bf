import ImageArchive
import Waiting

extension PartialArchive {
  /// How often a process that waits for another looks again.
  package static let lockInterval: Duration = .milliseconds(200)

  /// Gives the complete archive its name, on a thread that may wait. Of volumes all is read for their checksums, and the
  /// task may be cancelled meanwhile.
  ///
  /// - Throws: `ArchiveError`; `CancellationError`.
  package func finish() async throws {
    try await CancellationFlag.run { flag in
      try self.prepareCommit { !flag.isSet }
      try flag.check()
      try self.commit()
    }
  }
}
