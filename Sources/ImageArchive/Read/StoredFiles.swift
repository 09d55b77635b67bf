import ImageModel
import SystemPackage

/// The files of an archive, wherever they stand.
enum StoredFiles: Sendable {
  case archive(ArchiveMembers)
  case folder(LayoutFolder)

  /// - Throws: ``ArchiveError``; ``ArchiveFault``; `Errno`.
  init(opening path: FilePath) throws {
    let status: Stat
    do { status = try path.stat() } catch { throw ArchiveError.system(.open, path, error) }
    self =
      status.type == .directory
      ? .folder(LayoutFolder(path: path)) : .archive(try ArchiveMembers(.named(path)))
  }

  /// The content of a name; nil where there is none.
  ///
  /// - Throws: ``ArchiveFault/notAFile(name:)``.
  func content(_ name: String) throws(ArchiveFault) -> StoredContent? {
    switch self {
    case .archive(let members): try members.content(name)
    case .folder(let folder): folder.content(name)
    }
  }

  /// The bytes of a document that need not be there.
  ///
  /// - Throws: ``ArchiveFault``; ``ArchiveError``.
  func document(_ name: String) throws -> [UInt8]? {
    try content(name)?.bytes(limit: DocumentLimits.standard.manifestBytes)
  }

  /// The bytes of a document that a descriptor names; nil where it is not there.
  ///
  /// - Throws: ``ArchiveFault`` where the bytes are not the ones that are named; ``ArchiveError``.
  func document(_ descriptor: Descriptor) throws -> [UInt8]? {
    let name = ArchiveDocuments.path(of: descriptor.digest)
    guard let bytes = try document(name) else { return nil }
    guard Digest.hash(bytes, algorithm: descriptor.digest.algorithm) == descriptor.digest else {
      throw ArchiveFault.wrongContent(name: name)
    }
    guard bytes.count == descriptor.size else { throw ArchiveFault.wrongSize(name: name) }
    return bytes
  }
}
