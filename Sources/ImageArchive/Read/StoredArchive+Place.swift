import FileAccess
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
}
