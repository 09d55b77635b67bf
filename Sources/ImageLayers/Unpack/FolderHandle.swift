import CRootFolder
import FileAccess
import SystemPackage

/// Tells a folder from every other one, whatever path leads to it.
struct FolderIdentity: Hashable, Sendable {
  let device: UInt64
  let inode: UInt64
}

/// An open folder. What is in it is reached by its name alone, and no link is followed.
final class FolderHandle {
  let descriptor: Int32
  private var knownIdentity: FolderIdentity?

  /// Takes over an open folder, and closes it in the end.
  init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit { _ = close(descriptor) }

  func identity() throws(Errno) -> FolderIdentity {
    if let knownIdentity { return knownIdentity }
    let status = try status()
    let identity = FolderIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    knownIdentity = identity
    return identity
  }

  func status() throws(Errno) -> stat {
    var status = stat()
    try Errno.check { fstat(descriptor, &status) }
    return status
  }

  /// - Throws: `noSuchFileOrDirectory`; `notDirectory` or `tooManySymbolicLinkLevels` where there is something else.
  func folder(_ name: [UInt8]) throws(Errno) -> FolderHandle {
    FolderHandle(
      try Errno.check { name.withName { openat(descriptor, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) } })
  }

  /// The folder that this one is in.
  func parent() throws(Errno) -> FolderHandle {
    FolderHandle(try Errno.check { openat(descriptor, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC) })
  }

  /// - Throws: `fileExists`.
  func makeFolder(_ name: [UInt8]) throws(Errno) {
    try Errno.check { name.withName { mkdirat(descriptor, $0, S_IRWXU) } }
  }

  /// Makes a file to write it.
  ///
  /// - Throws: `fileExists`.
  func makeFile(_ name: [UInt8], mode: mode_t) throws(Errno) -> Int32 {
    try Errno.check {
      name.withName { openat(descriptor, $0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode) }
    }
  }

  /// What a link points to; nil where it is none.
  func linkTarget(_ name: [UInt8]) throws(Errno) -> [UInt8]? {
    var target = [CChar](repeating: 0, count: RootFolder.longestPath + 1)
    do throws(Errno) {
      let length = try Errno.check { name.withName { Int32(readlinkat(descriptor, $0, &target, target.count)) } }
      return target.prefix(Int(length)).map { UInt8(bitPattern: $0) }
    } catch {
      guard error == .invalidArgument else { throw error }
      return nil
    }
  }

  /// Removes something that is no folder.
  ///
  /// - Throws: `isDirectory` where it is one.
  func removeFile(_ name: [UInt8]) throws(Errno) {
    do { try Errno.check { name.withName { unlinkat(descriptor, $0, 0) } } } catch {
      // What POSIX says instead of EISDIR.
      throw error == .notPermitted && isFolder(name) ? .isDirectory : error
    }
  }

  /// Removes an empty folder.
  ///
  /// - Throws: `directoryNotEmpty`.
  func removeFolder(_ name: [UInt8]) throws(Errno) {
    do { try Errno.check { name.withName { unlinkat(descriptor, $0, AT_REMOVEDIR) } } } catch {
      throw error == .fileExists ? .directoryNotEmpty : error
    }
  }

  /// Waits for files that were removed before their closing had reached a file system of FUSE, a second at most: until then they
  /// keep a hidden name (libfuse, `hard_remove`).
  func awaitHiddenFiles() throws(Errno) {
    for _ in 0..<100 {
      guard try entries().contains(where: { $0.name.starts(with: ".fuse_hidden".utf8) }) else { return }
      usleep(10_000)
    }
  }

  func isFolder(_ name: [UInt8]) -> Bool {
    var status = stat()
    let result = name.withName { fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) }
    return result == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Whether two names are names of one file.
  func hasSameFile(_ name: [UInt8], as other: [UInt8], in folder: FolderHandle) -> Bool {
    var (first, second) = (stat(), stat())
    guard name.withName({ fstatat(descriptor, $0, &first, AT_SYMLINK_NOFOLLOW) }) == 0,
      other.withName({ fstatat(folder.descriptor, $0, &second, AT_SYMLINK_NOFOLLOW) }) == 0
    else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  /// What is in the folder, in no order.
  func entries() throws(Errno) -> [FolderEntry] { try FileDescriptor(rawValue: descriptor).entries() }
}

extension [UInt8] {
  /// The bytes with a zero behind them, as the system takes names.
  func withName<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { name in
      withUnsafeBytes { UnsafeMutableRawBufferPointer(name).copyMemory(from: $0) }
      name[count] = 0
      guard let start = name.baseAddress else { preconditionFailure("it holds a byte at least") }
      return body(start)
    }
  }
}
