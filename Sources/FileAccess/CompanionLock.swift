import FileAccess
import SystemPackage

/// Keeps other logins away from a file while it is read, changed and written: a lock on a file beside it, which is gone
/// afterwards. The file itself cannot carry the lock, since it is replaced.
struct FileLock: Sendable {
  private let path: String
  private let descriptor: FileDescriptor

  /// - Parameter wait: waits a little, and throws once it was long enough.
  static func acquire(beside file: FilePath, wait: () async throws -> Void) async throws -> FileLock {
    let path = file.string + ".lock"
    while true {
      let descriptor = try FileDescriptor.open(
        FilePath(path), .readWrite, options: [.create, .noFollow, .closeOnExec], permissions: .ownerReadWrite)
      do {
        if try lock(descriptor) {
          // The one that had the lock before may have removed the file meanwhile.
          if isFile(descriptor, at: path) { return FileLock(path: path, descriptor: descriptor) }
        } else {
          try await wait()
        }
      } catch {
        try? descriptor.close()
        throw error
      }
      try descriptor.close()
    }
  }

  func release() {
    unlink(path)
    close(descriptor.rawValue)
  }

  /// Whether nobody else has the lock.
  private static func lock(_ descriptor: FileDescriptor) throws(Errno) -> Bool {
    while flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 {
      let error = Errno(rawValue: errno)
      if error == .wouldBlock { return false }
      guard error == .interrupted else { throw error }
    }
    return true
  }

  private static func isFile(_ descriptor: FileDescriptor, at path: String) -> Bool {
    var held = stat()
    var named = stat()
    return fstat(descriptor.rawValue, &held) == 0 && lstat(path, &named) == 0 && held.st_ino == named.st_ino
      && held.st_dev == named.st_dev
  }
}
