import BlobTransfer
import ImageArchive
import ImageModel
import Waiting

/// What an engine gets: a planned archive, written in order out of blobs that stand on disk; or an archive byte for byte.
struct ArchiveCargo: Sendable {
  private enum Content: Sendable {
    case plan(ArchivePlan, stored: [Digest: StoredBlob])
    case file(StoredContent)
  }

  private let content: Content
  /// Bytes.
  let size: Int64
  /// Layers that are left out.
  let absent: Int

  /// - Throws: ``LoadError/folderWithoutIndex(path:)`` for a folder; `ArchiveError`.
  init(copyOf archive: StoredArchive) throws {
    guard let whole = try archive.whole else { throw LoadError.folderWithoutIndex(path: archive.path.string) }
    content = .file(whole)
    size = whole.size
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

  /// - Throws: ``LoadError``; `ArchiveError`; what `sink` throws; `CancellationError`.
  func write(
    into sink: any ByteSink, stopwatch: Stopwatch, observe: @escaping @Sendable (TransferProgress) -> Void
  ) async throws {
    let tally: BlobTally
    switch content {
    case .file(let file):
      // One bar for all of it; the digest is that of nothing, since nobody knows the file's own.
      let progress = BlobProgress(digest: .hash([]), kind: .layer, size: size)
      tally = BlobTally([progress], stopwatch: stopwatch, observe: observe)
      try await file.pass(0..<size, into: sink) { tally.placed(0, $0) }
    case .plan(let plan, let stored):
      let blobs = plan.blobs.map { BlobProgress(digest: $0.digest, kind: .layer, size: $0.size) }
      tally = BlobTally(blobs, stopwatch: stopwatch, observe: observe)
      _ = try await OrderedStream(
        segments: plan.segments, stored: stored, sources: [], connections: 1,
        retrier: Retrier(now: WallClock.seconds), sink: sink,
        failure: { LoadError.wrongBlob($0.digest, path: $0.path.string) },
        observe: { [tally] in
          if case .received(let digest, let position, _) = $0 { tally.placed([(digest, position)]) }
        }
      ).run()
    }
    tally.finished()
  }
}
