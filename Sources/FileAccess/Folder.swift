import SystemPackage

/// An open folder. Files are reached through it by name, so that they stay in it even if its path comes to mean
/// another folder.
package final class Folder: Sendable {
  package let path: FilePath
  package let descriptor: FileDescriptor

  private init(_ descriptor: FileDescriptor, path: FilePath) {
    self.descriptor = descriptor
    self.path = path
  }

  package init(opening path: FilePath) throws(FileError) {
    self.path = path
    do {
      descriptor = try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
    } catch Errno.noSuchFileOrDirectory {
      throw .folderMissing(path)
    } catch Errno.notDirectory {
      throw .notAFolder(path)
    } catch {
      throw .system(.open, path, error as? Errno ?? .ioError)
    }
  }

  deinit { try? descriptor.close() }

  /// Throws unless files can be made and renamed here.
  package func checkWritable() throws(FileError) {
    guard faccessat(descriptor.rawValue, ".", W_OK | X_OK, AT_EACCESS) == 0 else {
      throw .folderNotWritable(path, Errno(rawValue: errno))
    }
  }

  /// The bytes that this user may still write to its file system.
  package var freeBytes: Int64 { FileReservation.freeBytes(of: descriptor) }

  /// Opens a file to read and write it. A link is not followed, a pipe not waited for, and it is not inherited by
  /// programs that this one starts.
  package func open(_ name: String, flags: Int32) throws(Errno) -> FileDescriptor {
    while true {
      let file = openat(
        descriptor.rawValue, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | flags, S_IRUSR | S_IWUSR)
      if file >= 0 { return FileDescriptor(rawValue: file) }
      guard errno == EINTR else { throw Errno(rawValue: errno) }
    }
  }

  /// Opens a file to read it. A link is not followed, and a pipe not waited for.
  package func openToRead(_ name: String) throws(Errno) -> FileDescriptor {
    FileDescriptor(rawValue: try openToRead(name, O_NOFOLLOW))
  }

  /// Opens a folder in this one.
  ///
  /// - Parameter followsLink: whether it may be a link to a folder anywhere.
  package func folder(_ name: String, followsLink: Bool = false) throws(Errno) -> Folder {
    let flags = O_DIRECTORY | (followsLink ? 0 : O_NOFOLLOW)
    return Folder(FileDescriptor(rawValue: try openToRead(name, flags)), path: path.appending(name))
  }

  private func openToRead(_ name: String, _ flags: Int32) throws(Errno) -> Int32 {
    while true {
      let file = openat(descriptor.rawValue, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags)
      if file >= 0 { return file }
      guard errno == EINTR else { throw Errno(rawValue: errno) }
    }
  }

  /// The status of a file, of a link itself where it is one; nil if there is nothing of this name.
  package func status(of name: String) throws(FileError) -> Stat? {
    do { return try Stat(FilePath(name), relativeTo: descriptor, flags: .symlinkNoFollow) } catch {
      guard error != .noSuchFileOrDirectory else { return nil }
      throw .system(.inspect, path.appending(name), error)
    }
  }

  /// What a link leads to; nil for what is none.
  package func linkTarget(of name: String) -> String? {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlinkat(descriptor.rawValue, name, &target, target.count)
    guard count > 0 else { return nil }
    return String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The names in it, in no order: `limit` of them at most.
  package func names(limit: Int = .max) throws(Errno) -> [String] { try descriptor.entries(limit: limit).map(\.text) }

  package func rename(_ name: String, to newName: String) throws(FileError) {
    guard renameat(descriptor.rawValue, name, descriptor.rawValue, newName) != 0 else { return }
    let error = Errno(rawValue: errno)
    // Some file systems put no file in the place of another.
    if error == .fileExists, unlinkat(descriptor.rawValue, newName, 0) == 0,
      renameat(descriptor.rawValue, name, descriptor.rawValue, newName) == 0
    {
      return
    }
    throw .system(.rename, path.appending(newName), error)
  }

  /// Moves a file into another folder of the same file system, in the place of one of that name.
  package func move(_ name: String, to folder: Folder, as newName: String) throws(FileError) {
    guard renameat(descriptor.rawValue, name, folder.descriptor.rawValue, newName) != 0 else { return }
    throw .system(.rename, folder.path.appending(newName), Errno(rawValue: errno))
  }

  /// Removes a file; one that is not there is no error.
  package func remove(_ name: String) throws(FileError) {
    guard unlinkat(descriptor.rawValue, name, 0) == 0 || errno == ENOENT else {
      throw .system(.remove, path.appending(name), Errno(rawValue: errno))
    }
  }

  /// Makes renames last through a power cut, on file systems that can.
  package func synchronize() throws(FileError) {
    do { try descriptor.synchronize() } catch {
      // Those of a network and of programs have many ways to say that they do this with files alone.
      guard error == .ioError || error == .noSpace || error == .diskQuotaExceeded else { return }
      throw .system(.synchronize, path, error)
    }
  }
}
