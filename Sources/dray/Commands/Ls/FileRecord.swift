import ImageContents
import ImageLayers
import ImageModel

/// The object of docs/json.md with which `ls` tells of a file in an archive.
struct FileRecord: Encodable {
  let event = "file"
  let path: String
  let type: String
  let mode: String
  let uid: UInt32
  let gid: UInt32
  let size: Int64
  let modified: String
  /// Counted from 1.
  let layer: Int
  let layerDigest: String
  // Left out where there is none.
  let target: String?
  let device: String?
  let links: Int?

  init(_ entry: RootEntry, of image: ReadableImage) {
    path = "/" + entry.path.text
    type = RootEntryText.kind(entry.kind).name
    mode = String(entry.mode, radix: 8)
    uid = entry.userID
    gid = entry.groupID
    size = entry.size
    modified = FileTime.text(entry.modified)
    layer = entry.layer + 1
    let owner = image.layers.indices.contains(entry.layer) ? image.layers[entry.layer] : nil
    layerDigest = owner?.name ?? ""
    target = entry.kind == .symbolicLink ? String(decoding: entry.linkTarget, as: UTF8.self) : nil
    switch entry.kind {
    case .characterDevice(let major, let minor), .blockDevice(let major, let minor): device = "\(major):\(minor)"
    default: device = nil
    }
    links = entry.kind == .file && entry.linkCount > 1 ? entry.linkCount : nil
  }
}
