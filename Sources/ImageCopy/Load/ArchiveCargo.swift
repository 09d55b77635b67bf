import ArchiveTools
import BlobTransfer
import ImageArchive
import ImageModel
import SystemPackage
import Waiting

/// What an engine gets: a planned archive, written in order out of blobs that stand on disk; or a file as it is.
struct ArchiveCargo: Sendable {
  private enum Content: Sendable {
    case plan(ArchivePlan, stored: [Digest: StoredBlob])
    case file(FileCargo)
  }

  private let content: Content
  /// Bytes.
  let size: Int64
  /// Layers that are left out.
  let absent: Int

  init(copyOf file: FileCargo) {
    content = .file(file)
    size = file.size
    absent = 0
  }

  /// - Throws: ``LoadError/blobMissing(_:path:)``.
  init(plan: ArchivePlan, of archive: StoredArchive) throws(LoadError) {
    var stored: [Digest: StoredBlob] = [:]
    for blob in plan.blobs {
      guard let found = archive.blob(blob.digest, size: blob.size) else {
        throw .blobMissing(blob.digest, path: archive.path.string)
      }
      stored[blob.digest] = found
    }
    content = .plan(plan, stored: stored)
    size = plan.size
    absent = plan.delta?.absent.count ?? 0
  }

  /// - Throws: ``LoadError``; `ArchiveError`; `Errno`; `CancellationError`.
  func write(
    to pipe: FileDescriptor, stopwatch: Stopwatch, observe: @escaping @Sendable (TransferProgress) -> Void
  ) async throws {
    switch content {
    case .file(let file):
      let tally = BlobTally([file.progress], stopwatch: stopwatch, observe: observe)
      try await file.write(to: pipe) { tally.placed(0, $0) }
      tally.finished()
    case .plan(let plan, let stored):
      let blobs = plan.blobs.map { BlobProgress(digest: $0.digest, kind: .layer, size: $0.size) }
      let tally = BlobTally(blobs, stopwatch: stopwatch, observe: observe)
      try await write(plan, stored, to: pipe, tally)
      tally.finished()
    }
  }

  private func write(
    _ plan: ArchivePlan, _ stored: [Digest: StoredBlob], to pipe: FileDescriptor, _ tally: BlobTally
  ) async throws {
    var index = 0
    for extent in plan.extents {
      try Task.checkCancellation()
      switch extent {
      case .literal(_, let bytes):
        try await Workers.current.run { _ = try pipe.writeAll(bytes) }
      case .blob(_, let blob):
        guard let source = stored[blob.digest] else { continue }
        let place = index
        let outcome = try await StoredBlobReader(source).passOn(
          { _ = try pipe.writeAll($0) }, { tally.placed(place, $0) })
        guard case .passedOn = outcome else { throw LoadError.wrongBlob(blob.digest, path: source.path.string) }
        index += 1
      }
    }
  }
}
