import BlobTransfer
import FileAccess
import ImageArchive
import ImageModel
import NIOCore
import NIOPosix
import Waiting

/// Writes a planned archive out of blobs that stand on disk, several blobs at a time.
struct BlobAssembly: Sendable {
  /// Blobs at the same time. Each has a piece that is copied and one that is digested.
  private static let width = max(2, System.coreCount)

  let plan: ArchivePlan
  /// Where each blob of the plan stands, best first.
  let contents: [[ContentOnDisk]]
  let tally: BlobTally
  /// What is thrown where no content of a blob is right; told of the last one.
  let failure: @Sendable (ContentOnDisk, ContentOnDisk.CopyOutcome) -> any Error

  /// - Parameter archive: one in which no interrupted pull has left anything, or whose bytes may be thrown away.
  /// - Throws: what `failure` makes; `ArchiveError`; `CancellationError`. Nothing is left behind then.
  func run(into archive: PartialArchive) async throws {
    do {
      try await Workers.current.run {
        // What stands there is of another plan: nobody may take it for bytes of this one.
        try archive.startJournal(plan: plan)
        try archive.reserve(size: plan.size)
        for case .literal(let offset, let bytes) in plan.extents {
          try bytes.withUnsafeBytes { try archive.write($0, at: offset) }
        }
      }
      // The longest first: the last one to end is then a short one.
      let order = plan.blobs.indices.sorted { plan.blobs[$0].size > plan.blobs[$1].size }
      _ = try await inParallel(order, width: Self.width) { try await copy($0, into: archive) }
      try await archive.finish()
      tally.finished()
    } catch {
      try? archive.discard()
      throw error
    }
  }

  private func copy(_ index: Int, into archive: PartialArchive) async throws {
    let blob = plan.blobs[index]
    for (number, content) in contents[index].enumerated() {
      let isLast = number == contents[index].count - 1
      let outcome: ContentOnDisk.CopyOutcome
      do { outcome = try await content.copy(to: archive, at: blob.offset) { tally.placed(index, $0) } } catch {
        guard case .fileReplaced? = error as? FileError, !isLast else { throw error }
        continue
      }
      if case .right = outcome { return tally.placed(index, blob.size) }
      if isLast { throw failure(content, outcome) }
    }
  }
}
