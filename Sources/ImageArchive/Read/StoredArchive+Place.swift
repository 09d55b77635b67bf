import FileAccess
import ImageModel
import SystemPackage

extension StoredArchive {
  /// Whether an archive may stand at a path: something that is no folder, or a folder that has a document of an archive.
  public static func mayStand(at path: FilePath) -> Bool {
    guard !path.isEmpty, let status = try? path.stat() else { return false }
    guard status.type == .directory else { return true }
    guard let folder = try? Folder(opening: path) else { return false }
    return [MemberName.layout.text, MemberName.index.text, StoredFiles.dockerManifest].contains {
      (try? folder.status(of: $0)) ?? nil != nil
    }
  }

  /// Where a folder has a blob or would have it; nil for a tar.
  package func file(of digest: Digest) -> FilePath? {
    isFolder ? path.pushing(FilePath(ArchiveDocuments.path(of: digest))) : nil
  }

  /// The files of a folder that were missing, or were not what they should be, when it was opened to save what is whole.
  package var unfinishedFiles: [FilePath] {
    guard isFolder else { return [] }
    return faults.compactMap { $0.memberName.flatMap(MemberPath.init) }.map { path.pushing(FilePath($0.text)) }
  }
}
