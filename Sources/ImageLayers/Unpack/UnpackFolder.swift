import FileAccess
import SystemPackage

/// The folder that an image is unpacked to. Until all of it is there and verified it has the name `NAME.part`.
///
/// An empty folder that cannot be replaced, because something else holds on to it, is filled in its place: a mount point,
/// what a link leads to, and the folder that one is in.
package final class UnpackFolder {
  /// Where it is to stand.
  package let path: FilePath
  /// Where it stands until then.
  package let partialPath: FilePath
  package let root: RootFolder
  private let isInPlace: Bool
  /// What an empty folder that is filled in its place was before.
  private let former: stat

  /// Looks at what stands at the path, and makes a folder beside it.
  ///
  /// - Throws: ``UnpackError``.
  package init(
    _ path: FilePath, resolution: RootFolder.Resolution = .kernel, keepsOwners: Bool? = nil
  ) throws(UnpackError) {
    self.path = path
    isInPlace = try Self.staysInPlace(path)
    partialPath = isInPlace ? path : FilePath(path.string + ".part")
    if !isInPlace { try Self.make(partialPath) }
    let descriptor: FileDescriptor
    do {
      descriptor = try FileDescriptor.open(partialPath, .readOnly, options: [.directory, .closeOnExec])
    } catch { throw .folder(partialPath, error as? Errno ?? .ioError) }
    var status = stat()
    guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0, fstat(descriptor.rawValue, &status) == 0 else {
      try? descriptor.close()
      throw .lockedByOther(path)
    }
    former = status
    root = try RootFolder(descriptor, resolution: resolution, keepsOwners: keepsOwners)
    root.keepsLostAndFound = isInPlace
  }

  /// Looks at what stands at the path, without making anything.
  ///
  /// - Throws: ``UnpackError``.
  package static func check(_ path: FilePath) throws(UnpackError) {
    _ = try staysInPlace(path)
  }

  /// Gives the folder what the image says of it, and its name.
  ///
  /// - Parameter check: called now and then; what it throws ends the work.
  /// - Throws: ``UnpackError``; what `check` throws.
  package func commit(check: () throws -> Void = {}) throws {
    try root.finish(check: check)
    guard !isInPlace else { return }
    guard rename(partialPath.string, path.string) == 0 else {
      let error = Errno(rawValue: errno)
      throw error == .directoryNotEmpty || error == .fileExists
        ? UnpackError.folderNotEmpty(path) : UnpackError.folder(path, error)
    }
  }

  /// Removes everything again.
  ///
  /// - Throws: ``UnpackError``.
  package func discard() throws(UnpackError) {
    try root.removeAll()
    if isInPlace {
      _ = fchown(root.root.descriptor, former.st_uid, former.st_gid)
      _ = fchmod(root.root.descriptor, former.st_mode & 0o7777)
    } else if rmdir(partialPath.string) != 0 {
      do {
        try root.root.awaitHiddenFiles()
        try Errno.check { rmdir(partialPath.string) }
      } catch { throw .folder(partialPath, error) }
    }
  }

  /// Whether an empty folder is to be filled where it is.
  private static func staysInPlace(_ path: FilePath) throws(UnpackError) -> Bool {
    let name = path.string
    var (own, followed) = (stat(), stat())
    guard lstat(name, &own) == 0 else {
      guard errno == ENOENT else { throw .folder(path, Errno(rawValue: errno)) }
      return false
    }
    guard stat(name, &followed) == 0, followed.st_mode & S_IFMT == S_IFDIR else { throw .notADirectory(path) }
    try checkEmpty(path)
    let parent = path.lastComponent?.kind == .regular ? path.removingLastComponent() : nil
    var (above, here) = (stat(), stat())
    guard let parent, own.st_mode & S_IFMT == S_IFDIR, stat(parent.isEmpty ? "." : parent.string, &above) == 0,
      stat(".", &here) == 0
    else { return true }
    return own.st_dev != above.st_dev || (own.st_dev, own.st_ino) == (here.st_dev, here.st_ino)
  }

  private static func checkEmpty(_ path: FilePath) throws(UnpackError) {
    let entries: [FolderEntry]
    do {
      let descriptor = try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
      entries = try FolderHandle(descriptor.rawValue).entries()
    } catch { throw .folder(path, error as? Errno ?? .ioError) }
    guard entries.allSatisfy({ $0.name == RootFolder.lostAndFound }) else { throw .folderNotEmpty(path) }
  }

  private static func make(_ path: FilePath) throws(UnpackError) {
    guard mkdir(path.string, S_IRWXU) != 0 else { return }
    guard errno == EEXIST else { throw .folder(path, Errno(rawValue: errno)) }
    if let descriptor = try? FileDescriptor.open(path, .readOnly, options: [.directory, .noFollow, .closeOnExec]) {
      defer { try? descriptor.close() }
      guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else { throw .lockedByOther(path) }
    }
    throw .leftOver(path)
  }
}
