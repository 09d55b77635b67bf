import SystemPackage

/// A file that only its owner may read, and that is replaced as a whole: whoever reads it sees the old content or the
/// new one, whenever the power fails.
package struct PrivateFile: Sendable {
  /// The file itself: where a link leads to, for files that people keep in another place and link to.
  package let path: FilePath

  /// How many links are followed, as Linux does (path_resolution(7)).
  private static let linkLimit = 40

  package init(resolving path: String) throws(Errno) {
    var path = FilePath(path)
    for _ in 0..<Self.linkLimit {
      guard let target = try Self.target(of: path) else {
        self.path = path
        return
      }
      path = path.removingLastComponent().pushing(target)
    }
    throw .tooManySymbolicLinkLevels
  }

  /// Makes the folder where it is missing, for nobody but its owner.
  package func makeFolder() throws(Errno) {
    try Self.make(path.removingLastComponent())
  }

  package func replace(with bytes: [UInt8]) throws(Errno) {
    let old = try Self.status(path)
    // A device or a pipe would be replaced by a file.
    if let old, old.st_mode & S_IFMT != S_IFREG { throw .invalidArgument }
    let folder = path.removingLastComponent()
    let name = path.lastComponent?.string ?? ""
    let partial = folder.appending(DraftName.make(for: name))
    do {
      let file = try FileDescriptor.open(
        partial, .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
        permissions: .ownerReadWrite)
      try file.closeAfter {
        _ = try? file.lock(waits: false)
        // With root's rights a file stays its owner's.
        if let old, old.st_uid != geteuid() { try Errno.check { fchown(file.rawValue, old.st_uid, old.st_gid) } }
        try Errno.check { fchmod(file.rawValue, 0o600) }
        _ = try file.writeAll(bytes)
        try Errno.check { fsync(file.rawValue) }
        try Errno.check { rename(partial.string, path.string) }
        file.unlock()
      }
    } catch {
      unlink(partial.string)
      throw error as? Errno ?? .ioError
    }
    try Self.synchronize(folder.isEmpty ? "." : folder)
  }

  /// Removes what processes left that were killed while they replaced it.
  package func removeDrafts() {
    let folder = path.removingLastComponent()
    guard let name = path.lastComponent?.string, let opened = try? Folder(opening: folder.isEmpty ? "." : folder) else {
      return
    }
    opened.removeDrafts(of: name)
  }

  private static func target(of path: FilePath) throws(Errno) -> FilePath? {
    guard let status = try status(path), status.st_mode & S_IFMT == S_IFLNK else { return nil }
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path.string, &bytes, bytes.count - 1)
    guard count >= 0 else { throw Errno(rawValue: errno) }
    return FilePath(String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }

  /// Of a link itself; nil where there is nothing.
  private static func status(_ path: FilePath) throws(Errno) -> stat? {
    var status = stat()
    guard lstat(path.string, &status) != 0 else { return status }
    let error = Errno(rawValue: errno)
    guard error == .noSuchFileOrDirectory else { throw error }
    return nil
  }

  private static func make(_ folder: FilePath) throws(Errno) {
    guard !folder.isEmpty, mkdir(folder.string, 0o700) != 0 else { return }
    let error = Errno(rawValue: errno)
    switch error {
    case .fileExists: return
    case .noSuchFileOrDirectory:
      try make(folder.removingLastComponent())
      guard mkdir(folder.string, 0o700) == 0 || errno == EEXIST else { throw Errno(rawValue: errno) }
    default:
      // A folder that is there may be one in which nothing can be made.
      guard try status(folder) != nil else { throw error }
    }
  }

  /// Makes the new name last through a power cut, on file systems that can.
  private static func synchronize(_ folder: FilePath) throws(Errno) {
    do {
      let descriptor = try FileDescriptor.open(folder, .readOnly, options: [.directory, .closeOnExec])
      try descriptor.closeAfter {
        guard fsync(descriptor.rawValue) == 0 || errno == EINVAL || errno == EBADF else {
          throw Errno(rawValue: errno)
        }
      }
    } catch {
      throw error as? Errno ?? .ioError
    }
  }
}
