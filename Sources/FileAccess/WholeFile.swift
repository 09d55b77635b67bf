import FileAccess
import SystemPackage

/// A small file that stands under its name only when it is whole.
public enum WholeFile {
  /// Writes a file beside its place, makes it last, and moves it there. What stands there already is replaced.
  ///
  /// - Throws: ``ArchiveError``.
  public static func write(_ bytes: [UInt8], to path: FilePath) throws(ArchiveError) {
    let output = try OutputPath.check(path)
    let folder = try Folder(opening: output.folder)
    // Two processes may write the same file.
    let name = ".\(output.name).\(getpid())"
    let file: FileDescriptor
    do { file = try folder.open(name, flags: O_CREAT | O_EXCL) } catch {
      throw .system(.open, output.folder.appending(name), error)
    }
    do {
      try file.closeAfter {
        _ = try file.writeAll(bytes)
        try file.synchronize()
        try file.setMode(0o666 & ~ProcessUmask.value)
      }
    } catch {
      try? folder.remove(name)
      throw .system(.write, path, error as? Errno ?? .ioError)
    }
    do { try folder.rename(name, to: output.name) } catch {
      try? folder.remove(name)
      throw error
    }
    try folder.synchronize()
  }
}
