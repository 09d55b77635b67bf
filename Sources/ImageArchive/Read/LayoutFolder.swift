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
    let place = StoredPlace.layout(path, .blob(digest))
    guard let file = try? place.open() else { return nil }
    defer { try? file.close() }
    guard let status = try? file.stat(), status.type == .regular, status.size == size else { return nil }
    return StoredBlob(digest: digest, size: size, offset: 0, place: place, identity: FileIdentity(status))
  }
}
