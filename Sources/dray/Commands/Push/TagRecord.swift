import ImageCopy

/// What `dray tag --json` answers with.
struct TagRecord: Encodable {
  let event: String
  let images: [PushRecord.Image]

  init(_ images: [PushedImage], isDryRun: Bool) {
    event = isDryRun ? "preview" : "tagged"
    self.images = images.map { PushRecord.Image($0) }
  }
}
