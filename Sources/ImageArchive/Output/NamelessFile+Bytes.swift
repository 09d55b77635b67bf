import FileAccess
import SystemPackage

extension NamelessFile {
  /// What was added, to be read.
  package func bytes() throws(FileError) -> ArchiveBytes {
    let file = try opened()
    do { return try ArchiveBytes([file]) } catch { throw .system(.open, path, error as? Errno ?? .ioError) }
  }
}
