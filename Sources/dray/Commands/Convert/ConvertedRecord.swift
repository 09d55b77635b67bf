import ArchiveTools
import ImageCopy

/// The object with which `dray convert --json` answers, as docs/json.md describes it.
struct ConvertedRecord: Encodable {
  struct Image: Encodable {
    let names: [String]
    let digest: String
    let manifestDigest: String
    /// Left out where the manifest is as it was.
    let formerDigest: String?
    let platforms: Int
    let referrers: Int
    /// Left out where it is no layout.
    let layoutName: String?
  }

  struct LeftOut: Encodable {
    let digest: String
    let type: String
    // Left out where there is none.
    let tag: String?
    let platform: String?
    let reason: String
  }

  let event = "converted"
  let path: String
  let size: Int64
  let images: [Image]
  let artifactsLeftOut: Int
  let leftOut: [LeftOut]
  /// Left out where there is none.
  let movedFolders: [String]?

  init(_ result: ConversionResult) {
    path = result.path
    size = result.size
    movedFolders = result.movedFolders.isEmpty ? nil : result.movedFolders
    artifactsLeftOut = result.leftOut.count { $0.platform == nil }
    leftOut = result.leftOut.map {
      LeftOut(
        digest: "\($0.digest)", type: $0.type.rawValue, tag: $0.tag, platform: $0.platform.map { "\($0)" },
        reason: $0.reason.rawValue)
    }
    images = result.images.map {
      Image(
        names: $0.names, digest: "\($0.digest)", manifestDigest: "\($0.manifestDigest)",
        formerDigest: $0.formerDigest.map { "\($0)" }, platforms: $0.platforms, referrers: $0.referrers,
        layoutName: $0.layoutName)
    }
  }
}
