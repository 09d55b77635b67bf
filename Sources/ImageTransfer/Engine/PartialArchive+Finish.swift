import ImageArchive
import Waiting

extension PartialArchive {
  /// Gives the complete archive its name, on a thread that may wait. Of volumes all is read for their checksums, and the
  /// task may be cancelled meanwhile.
  ///
  /// - Throws: `ArchiveError`; `CancellationError`.
  func finish() async throws {
    try await CancellationFlag.run { flag in
      try self.prepareCommit { !flag.isSet }
      try flag.check()
      try self.commit()
    }
  }
}
