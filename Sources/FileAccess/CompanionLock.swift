import SystemPackage

/// Keeps other processes away from a file while it is read, changed and written: a lock on a file beside it, which is gone
/// afterwards. The file itself cannot carry the lock, since it is replaced.
package struct CompanionLock: Sendable {
  private let path: FilePath
  private let descriptor: FileDescriptor

  /// - Parameter wait: waits a little, and throws once it was long enough.
  /// - Throws: `Errno`; what `wait` throws.
  package static func acquire(beside file: FilePath, wait: () async throws -> Void) async throws -> CompanionLock {
    let path = FilePath(file.string + ".lock")
    while true {
      let descriptor = try FileDescriptor.open(
        path, .readWrite, options: [.create, .noFollow, .closeOnExec], permissions: .ownerReadWrite)
      do {
        if try lock(descriptor) {
          // The one that had the lock before may have removed the file meanwhile.
          if isFile(descriptor, at: path) { return CompanionLock(path: path, descriptor: descriptor) }
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

  package func release() {
    unlink(path.string)
    try? descriptor.close()
  }

  /// Whether nobody else has the lock.
  private static func lock(_ descriptor: FileDescriptor) throws(Errno) -> Bool {
    do {
      try Errno.check { flock(descriptor.rawValue, LOCK_EX | LOCK_NB) }
      return true
    } catch {
      guard error == .wouldBlock else { throw error }
      return false
    }
  }

  private static func isFile(_ descriptor: FileDescriptor, at path: FilePath) -> Bool {
    guard let held = try? descriptor.stat(), let named = try? path.stat(followTargetSymlink: false) else {
      return false
    }
    return held.isSameFile(as: named)
  }
}
