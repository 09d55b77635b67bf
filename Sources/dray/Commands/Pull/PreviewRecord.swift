import DrayMessages
import ImageCopy
import ImageModel

/// The object that `--json` with `--dry-run` ends with, as docs/json.md describes it.
struct PreviewRecord: Encodable {
  struct Blob: Encodable {
    let digest: String
    let kind: String
    let size: Int64
    let origin: String
    let bytesToFetch: Int64
    /// Left out for a blob that is not copied.
    let path: String?

    init(_ blob: PreviewedBlob) {
      digest = blob.digest.description
      kind = blob.kind.rawValue
      size = blob.size
      bytesToFetch = blob.bytesToFetch
      switch blob.source {
      case .registry: (origin, path) = ("registry", nil)
      case .resumed: (origin, path) = ("resumed", nil)
      case .reused(let file): (origin, path) = ("reused", file)
      case .inline: (origin, path) = ("inline", nil)
      }
    }
  }

  let event = "preview"
  let image: String
  let reference: String
  let manifestDigest: String
  let platform: String
  /// Null where the archive would go to standard output.
  @OrNull var path: String?
  let archiveSize: Int64
  let bytesToFetch: Int64
  let blobs: [Blob]
  let images: [ImageRecord]
  let leftOut: [LeftOutRecord]

  init(image: String, _ preview: PullPreview, _ language: Language) {
    images = preview.images.map { ImageRecord($0) }
    leftOut = preview.leftOut.map { LeftOutRecord($0, language) }
    self.image = image
    reference = preview.reference.jsonName
    manifestDigest = preview.manifestDigest.description
    platform = preview.platform.description
    path = preview.path
    archiveSize = preview.archiveSize
    bytesToFetch = preview.bytesToFetch
    blobs = preview.blobs.map { Blob($0) }
  }
}
