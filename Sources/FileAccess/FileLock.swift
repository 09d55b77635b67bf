import SystemPackage

/// A lock on a file of a folder, for what takes no time: whoever wants it waits. It is none on a file system without locks.
package struct FileLock {
  private let file: FileDescriptor

  /// - Throws: ``FileError`` where the file cannot be opened to write, or locked.
  package init(of name: String, in folder: Folder) throws(FileError) {
    let path = folder.path.appending(name)
    do { file = try folder.open(name, flags: 0) } catch { throw .system(.open, path, error) }
    do { _ = try file.lock(waits: true) } catch {
      try? file.close()
      throw .system(.lock, path, error)
    }
  }

  package func release() {
    file.unlock()
    try? file.close()
  }
}
