import FileAccess
import SystemPackage

extension PartialArchive {
  /// Opens or makes the unfinished file and locks it for this process.
  static func openLocked(
    _ output: OutputPath, in folder: Folder
  ) throws(FileError) -> (file: FileDescriptor, isNew: Bool, isLocked: Bool) {
    let path = output.partialPath
    // The file may come and go between the steps, as other processes finish. Each round has lost one such race.
    for _ in 0..<100 {
      guard let (file, isNew) = try openOrMake(output.partialName, at: path, in: folder) else { continue }
      do {
        let isLocked: Bool
        do { isLocked = try file.lock(waits: false) } catch {
          throw error == .wouldBlock ? FileError.lockedByOther(path) : .system(.lock, path, error)
        }
        // The process that had the lock before may have renamed or removed the file.
        let status = try file.stat()
        if let named = try folder.status(of: output.partialName), named.isSameFile(as: status) {
          guard try folder.trusts(status) else { throw FileError.untrustedFile(path) }
          try file.setMode(S_IRUSR | S_IWUSR)
          return (file, isNew, isLocked)
        }
        try file.close()
      } catch {
        try? file.close()
        throw error as? FileError ?? .system(.open, path, error as? Errno ?? .ioError)
      }
    }
    throw .lockedByOther(path)
  }

  /// Nil if the file came or went in between.
  private static func openOrMake(
    _ name: String, at path: FilePath, in folder: Folder
  ) throws(FileError) -> (FileDescriptor, Bool)? {
    do { return (try folder.open(name, flags: O_CREAT | O_EXCL), true) } catch {
      guard error == .fileExists else { throw .system(.open, path, error) }
    }
    do { return (try folder.open(name, flags: 0), false) } catch {
      switch error {
      case .noSuchFileOrDirectory: return nil
      case .tooManySymbolicLinkLevels, .isDirectory, .noSuchAddressOrDevice: throw .untrustedFile(path)
      default: throw .system(.open, path, error)
      }
    }
  }
}
