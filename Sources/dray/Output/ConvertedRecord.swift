import ImageTransfer

/// The object with which `dray convert --json` answers, as docs/json.md describes it.
struct ConvertedRecord: Encodable {
  struct Image: Encodable {
    let names: [String]
    let manifestDigest: String
    /// Left out where the manifest is as it was.
    let formerDigest: String?
    /// Left out where it is no layout.
    let layoutName: String?
  }

  let event = "converted"
  let path: String
  let size: Int64
  let images: [Image]
  let artifactsLeftOut: Int

  init(_ result: ConversionResult) {
    path = result.path
    size = result.size
    artifactsLeftOut = result.artifactsLeftOut
    images = result.images.map {
      Image(
        names: $0.names, manifestDigest: "\($0.manifestDigest)", formerDigest: $0.formerDigest.map { "\($0)" },
        layoutName: $0.layoutName)
    }
  }
}
