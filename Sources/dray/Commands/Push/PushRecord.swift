import ImageCopy

/// What `dray push --json` and `dray copy --json` answer with.
struct PushRecord: Encodable {
  struct Image: Encodable {
    let reference: String
    let digest: String
    /// Whether the tag stood for it before.
    let present: Bool

    init(_ image: PushedImage) {
      reference = image.reference.qualifiedName
      digest = image.digest.description
      present = image.wasThere
    }
  }

  let event: String
  /// The archive or the layout that a copy wrote; left out where there is none.
  let path: String?
  let images: [Image]
  let blobsSent: Int
  let blobsPresent: Int
  let blobsMounted: Int
  let bytesSent: Int64
  let elapsedMilliseconds: Int64

  init(_ result: PushResult, event: String, path: String? = nil) {
    self.event = event
    self.path = path
    images = result.images.map { Image($0) }
    blobsSent = result.blobsSent
    blobsPresent = result.blobsPresent
    blobsMounted = result.blobsMounted
    bytesSent = result.bytesSent
    elapsedMilliseconds = result.elapsed.wholeMilliseconds
  }
}

/// What they answer with `--dry-run`.
struct PushPreviewRecord: Encodable {
  struct Blob: Encodable {
    let digest: String
    let kind: String
    let size: Int64
  }

  let event = "preview"
  let images: [PushRecord.Image]
  /// Those that are sent or mounted.
  let blobs: [Blob]
  let blobsPresent: Int
  let blobsMounted: Int
  let bytesToSend: Int64

  init(_ plan: PushPlan) {
    images = plan.images.map { PushRecord.Image($0) }
    blobs = plan.blobs.map { Blob(digest: "\($0.digest)", kind: $0.kind.rawValue, size: $0.size) }
    blobsPresent = plan.blobsPresent
    blobsMounted = plan.blobsMounted
    bytesToSend = plan.bytesToSend
  }
}
