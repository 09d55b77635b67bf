import ImageModel
import SystemPackage

/// An OCI image layout in a folder (image-spec, image-layout.md). Its blobs are looked for by digest, one at a time.
struct LayoutFolder: Sendable {
  let path: FilePath

  /// Whether a folder is an image layout.
  ///
  /// - Throws: `ArchiveError` where `oci-layout` is something other than a file.
  static func isLayout(_ path: FilePath) throws(ArchiveError) -> Bool {
    let name = MemberName.layout.text
    switch try Folder(opening: path).status(of: name)?.type {
    case .regular?: return true
    case nil: return false
    default: throw .unreadable(path, .notAFile(name: name))
    }
  }

  /// The file of a blob; nil where there is none of this size, or something that is not a file.
  func blob(_ digest: Digest, size: Int64) -> StoredBlob? {
    guard let content = content(MemberName.blob(digest).text), content.size == size else { return nil }
    return StoredBlob(digest: digest, content: content)
  }

  /// A file of the layout, by its path in it; nil where there is none, or something that is not a file.
  func content(_ name: String) -> StoredContent? {
    let place = StoredPlace.layout(path, name)
    guard let file = try? place.open() else { return nil }
    return StoredContent(size: file.size, offset: 0, place: place, identity: file.identity)
  }
}
