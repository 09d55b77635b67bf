import FileAccess
import SystemPackage

/// A lock on a file of a folder, for what takes no time: whoever wants it waits. It is none on a file system without locks.
struct FileLock {
  private let file: FileDescriptor

  /// - Throws: ``ArchiveError`` where the file cannot be opened to write, or locked.
  init(of name: String, in folder: Folder) throws(ArchiveError) {
    let path = folder.path.appending(name)
    do { file = try folder.open(name, flags: 0) } catch { throw .system(.open, path, error) }
    do { _ = try file.lock(waits: true) } catch {
      try? file.close()
      throw .system(.lock, path, error)
    }
  }

  func release() {
    // Closing alone frees it only when no program that is being started holds a copy of the file any more.
    _ = flock(file.rawValue, LOCK_UN)
    try? file.close()
  }
}
