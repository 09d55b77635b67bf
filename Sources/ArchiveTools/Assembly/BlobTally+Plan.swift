import BlobTransfer
import ImageArchive
import ImageModel
import Waiting

extension BlobTally {
  /// - Parameter images: which blobs of the plan are configs, for what is told.
  convenience init(
    of plan: ArchivePlan, _ images: [ArchivedImage], stopwatch: Stopwatch,
    observe: @escaping @Sendable (TransferProgress) -> Void
  ) {
    let configs = Set(images.map(\.manifest.config.digest))
    let blobs = plan.blobs.map {
      BlobProgress(digest: $0.digest, kind: configs.contains($0.digest) ? .config : .layer, size: $0.size)
    }
    self.init(blobs, stopwatch: stopwatch, observe: observe)
  }
}
