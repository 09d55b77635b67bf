import FileAccess
import ImageModel
import SystemPackage

/// The files of an archive, wherever they stand.
enum StoredFiles: Sendable {
  case archive(ArchiveMembers)
  case folder(LayoutFolder)

  static let dockerManifest = "manifest.json"

  /// - Throws: ``ArchiveError``; ``ArchiveFault``; `Errno`.
  init(opening path: FilePath, _ log: inout FaultLog) throws {
    let status: Stat
    do { status = try path.stat() } catch {
      guard path != "-" || error != .noSuchFileOrDirectory else { throw ArchiveFault.notAFileToRead }
      throw FileError.system(.open, path, error)
    }
    self =
      status.type == .directory
      ? .folder(LayoutFolder(path: path)) : .archive(try ArchiveMembers(.named(path), &log))
  }

  /// The content of a name; nil where there is none.
  ///
  /// - Parameter followsLinks: whether it may be a link to another file of the archive; in a folder it may not.
  /// - Throws: ``ArchiveFault/notAFile(name:)``; `Errno`; ``ArchiveError``.
  func content(_ name: String, followsLinks: Bool = false) throws -> StoredContent? {
    switch self {
    case .archive(let members): try members.content(name, followsLinks: followsLinks)
    case .folder(let folder): try folder.content(name)
    }
  }

  /// Whether it is the folder that skopeo's `dir:` makes: a manifest and blobs by their digests, without an index.
  var isSkopeoFolder: Bool {
    guard case .folder = self, let version = try? document("version") else { return false }
    return version.starts(with: "Directory Transport Version".utf8)
  }

  /// The bytes of a document that need not be there.
  ///
  /// - Throws: ``ArchiveFault``; `Errno`; ``ArchiveError``.
  func document(_ name: String) throws -> [UInt8]? {
    try content(name)?.bytes(limit: DocumentLimits.standard.manifestBytes, name: name)
  }

  /// The bytes of a document that a descriptor names; nil where it is not there.
  ///
  /// - Throws: ``ArchiveFault`` where the bytes are not the ones that are named; `Errno`; ``ArchiveError``.
  func document(_ descriptor: Descriptor) throws -> [UInt8]? {
    let name = ArchiveDocuments.path(of: descriptor.digest)
    guard let bytes = try document(name) else { return nil }
    guard bytes.count == descriptor.size else { throw ArchiveFault.wrongSize(name: name) }
    guard Digest.hash(bytes, algorithm: descriptor.digest.algorithm) == descriptor.digest else {
      throw ArchiveFault.wrongContent(name: name)
    }
    return bytes
  }
}
