import BlobTransfer
import FileAccess
import ImageArchive
import ImageModel
import NIOCore
import Waiting

/// Brings blobs that stand on disk to their places, several at a time.
struct BlobAssembly: Sendable {
  /// Where each blob stands, best first.
  let contents: [Digest: [ContentOnDisk]]
  let tally: BlobTally
  /// What is thrown where no content of a blob is right; told of the last one.
  let failure: @Sendable (ContentOnDisk, BlobCopy.Fault) -> any Error

  /// Writes a planned archive, and gives it its name.
  ///
  /// - Parameter archive: one in which no interrupted pull has left anything, or whose bytes may be thrown away.
  /// - Throws: what `failure` makes; `ArchiveError`; `CancellationError`. Nothing is left behind then.
  func run(_ plan: ArchivePlan, into archive: PartialArchive) async throws {
    do {
      _ = try await Workers.current.run { try archive.prepare(for: plan, images: [], restarts: true) }
      try await bring(plan.blobs.map { BlobPlace($0.descriptor, in: archive, at: $0.offset, isNoted: false) })
      try await archive.finish()
      tally.finished()
    } catch {
      try? await Workers.current.runAlsoCancelled { try archive.discard() }
      throw error
    }
  }

  /// - Throws: what `failure` makes; `ArchiveError`; `CancellationError`.
  func bring(_ places: [BlobPlace]) async throws {
    let copies = places.map { place in
      (contents[place.blob.digest] ?? []).map { content in
        place.copy(of: content, failure: { failure(content, $0) })
      }
    }
    let transfer = PlacedTransfer(
      into: places, from: [], copies: Dictionary(uniqueKeysWithValues: copies.enumerated().map { ($0, $1) }),
      copiesAtOnce: max(2, System.coreCount), connections: 1, retrier: Retrier(now: { 0 }),
      threads: Workers.current.pool,
      observe: { event in
        guard case .progress(let received, _, _) = event else { return }
        tally.placed(zip(places, received).map { ($0.blob.digest, $1) })
      })
    try await transfer.run()
  }
}

extension [BlobPlace] {
  /// The files that they are in, each once.
  package var files: [PartialArchive] {
    var files: [PartialArchive] = []
    for place in self where files.last !== place.file { files.append(place.file) }
    return files
  }
}
