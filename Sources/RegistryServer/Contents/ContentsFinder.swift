import FileAccess
import ImageArchive
import SystemPackage

/// Finds archives, volumes and image layouts at the paths that a server was given.
enum ContentsFinder {
  /// The most entries of a folder that are looked at.
  private static let entryLimit = 10_000

  /// What stands at a path: itself, or what a folder holds that is neither an archive nor a layout. No link in it is
  /// followed, and what is unfinished does not count.
  static func places(at path: FilePath) -> [FilePath] {
    guard FileLook.isFolder(path.string), !StoredArchive.mayStand(at: path), let folder = try? Folder(opening: path)
    else { return [path] }
    let names = ((try? folder.names(limit: entryLimit)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
    return names.compactMap { name in
      guard let status = (try? folder.status(of: name)) ?? nil else { return nil }
      let place = path.appending(name)
      switch status.type {
      case .regular: return name.hasSuffix(".tar") || name.hasSuffix(".tar.001") ? place : nil
      case .directory: return StoredArchive.mayStand(at: place) ? place : nil
      default: return nil
      }
    }
  }
}
