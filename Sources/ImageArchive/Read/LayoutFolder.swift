import FileAccess
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
    switch try ArchiveError.ofFiles({ () throws(FileError) in try Folder(opening: path).status(of: name)?.type }) {
    case .regular?: return true
    case nil: return false
    case .symbolicLink?: throw .unreadable(path, .link(name: name))
    default: throw .unreadable(path, .notAFile(name: name))
    }
  }

  /// Whether the parts of a path lead to a blob: `blobs/sha256/HEX`. Where blobs stand is the user's to decide: both folders
  /// may be links, such as to another disk. What stands there is believed for its digest alone.
  static func areBlobs(_ parts: [String]) -> Bool { parts.count == 3 && parts[0] == blobs }

  static let blobs = "blobs"

  /// The file of a blob; nil where there is none of this size, or something that is not a file.
  func blob(_ digest: Digest, size: Int64) -> StoredBlob? {
    guard let content = try? content(MemberName.blob(digest).text), content.size == size else { return nil }
    return StoredBlob(digest: digest, content: content)
  }

  /// A file of the layout, by its path in it; nil where there is none.
  ///
  /// - Throws: ``ArchiveFault/link(name:)``; ``ArchiveFault/notAFile(name:)`` where there is something else that is no file,
  ///   or the name leads elsewhere; `Errno`; ``ArchiveError``.
  func content(_ name: String) throws -> StoredContent? {
    guard let path = MemberPath(name) else { throw ArchiveFault.notAFile(name: name) }
    let place = StoredPlace.layout(self.path, path.text)
    do {
      let file = try place.open()
      return StoredContent(size: file.size, offset: 0, place: place, identity: file.identity)
    } catch Errno.noSuchFileOrDirectory {
      return nil
    } catch Errno.tooManySymbolicLinkLevels {
      // So it fails for a link that is not to be followed.
      throw ArchiveFault.link(name: name)
    } catch
      where error is ArchiveFault || error as? Errno == .notDirectory || error as? Errno == .noSuchAddressOrDevice
    {
      throw ArchiveFault.notAFile(name: name)
    }
  }

  /// The paths of what stands among the blobs, but for what a pull has not finished; none where there is no such folder.
  ///
  /// - Throws: `Errno`; ``ArchiveError``; ``ArchiveFault/tooManyMembers(limit:)``.
  func blobPaths() throws -> [String] {
    try names(in: [Self.blobs]).flatMap { algorithm in
      try names(in: [Self.blobs, algorithm]).map { "\(Self.blobs)/\(algorithm)/\($0)" }
    }
  }

  private func names(in parts: [String]) throws -> [String] {
    do {
      var folder = try Folder(opening: path)
      for part in parts { folder = try folder.folder(part, followsLink: true) }
      let names = try folder.names(limit: TarScanner.memberLimit + 1)
      guard names.count <= TarScanner.memberLimit else {
        throw ArchiveFault.tooManyMembers(limit: TarScanner.memberLimit)
      }
      return names.filter { !$0.hasPrefix(".") }
    } catch Errno.noSuchFileOrDirectory { return [] }
  }
}
