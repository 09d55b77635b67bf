import BlobTransfer
import DrayMessages
import ImageCopy
import ImageModel

// The objects of `--json`, as docs/json.md describes them. Their fields are a contract with programs.

struct StartedRecord: Encodable {
  struct Blob: Encodable {
    let digest: String
    let kind: String
    let size: Int64
  }

  let event = "started"
  let image: String
  let reference: String
  let manifestDigest: String
  let platform: String
  let archiveSize: Int64
  let blobs: [Blob]
  /// Left out where the archive is whole.
  let delta: DeltaRecord?
  let images: [ImageRecord]

  init(image: String, _ started: PullStarted) {
    images = started.images.map { ImageRecord($0) }
    self.image = image
    reference = started.reference.jsonName
    manifestDigest = started.manifestDigest.description
    platform = started.platform.description
    archiveSize = started.archiveSize
    delta = started.delta.map { DeltaRecord($0) }
    blobs = started.blobs.map { Blob(digest: $0.digest.description, kind: $0.kind.rawValue, size: $0.size) }
  }
}

struct BlobRecord: Encodable {
  let event = "blob"
  let image: String
  let digest: String
  let kind: String
  let size: Int64
  let origin: String

  init(image: String, _ blob: BlobFinished) {
    self.image = image
    digest = blob.digest.description
    kind = blob.kind.rawValue
    size = blob.size
    origin = blob.origin.rawValue
  }
}

struct ProgressRecord: Encodable {
  struct Blob: Encodable {
    let digest: String
    let received: Int64
    let size: Int64
  }

  let event = "progress"
  let image: String
  let elapsedMilliseconds: Int64
  let received: Int64
  let size: Int64
  let bytesFetched: Int64
  let blobsFinished: Int
  /// Those that have begun and are not finished.
  let blobs: [Blob]

  init(image: String, _ progress: TransferProgress) {
    let totals = ProgressTotals(progress)
    self.image = image
    elapsedMilliseconds = progress.elapsed.wholeMilliseconds
    received = totals.received
    size = totals.size
    bytesFetched = progress.bytesFetched
    blobsFinished = totals.finishedBlobs
    blobs = progress.blobs.filter { $0.received > 0 && !$0.isFinished }
      .map { Blob(digest: $0.digest.description, received: $0.received, size: $0.size) }
  }
}

struct WarningRecord: Encodable {
  let event = "warning"
  let image: String
  let warning: String
  let message: String

  init(image: String, _ warning: PullWarning, _ language: Language) {
    self.image = image
    self.warning = warning.name
    message = warning.text(language)
  }
}

struct FinishedRecord: Encodable {
  let event = "finished"
  let image: String
  let reference: String
  let manifestDigest: String
  let platform: String
  /// Null where the archive went to standard output.
  @OrNull var path: String?
  let archiveSize: Int64
  /// Null for an image that has no name after loading.
  @OrNull var imageName: String?
  let bytesFetched: Int64
  let elapsedMilliseconds: Int64
  let images: [ImageRecord]
  let leftOut: [LeftOutRecord]

  init(image: String, _ result: PullResult, _ language: Language) {
    images = result.images.map { ImageRecord($0) }
    leftOut = result.leftOut.map { LeftOutRecord($0, language) }
    self.image = image
    reference = result.reference.jsonName
    manifestDigest = result.manifestDigest.description
    platform = result.platform.description
    path = result.path
    archiveSize = result.archiveSize
    imageName = result.imageName
    bytesFetched = result.bytesFetched
    elapsedMilliseconds = result.elapsed.wholeMilliseconds
  }
}
