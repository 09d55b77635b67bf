import SystemPackage

extension FileDescriptor {
  /// Locks a file for this process (flock(2)).
  ///
  /// - Parameter waits: for another process that has it.
  /// - Returns: whether it is locked: false where its file system has no locks.
  /// - Throws: `Errno.wouldBlock` where another process has it.
  package func lock(waits: Bool) throws(Errno) -> Bool {
    while flock(rawValue, LOCK_EX | (waits ? 0 : LOCK_NB)) != 0 {
      let error = Errno(rawValue: errno)
      if error == .interrupted { continue }
      // NFS and SMB whose server has no locks say that there are none left.
      guard error.isMissingFeature || error == .noLocks else { throw error }
      return false
    }
    return true
  }

  /// Frees a lock. Closing alone does so only when no program that is being started holds a copy of the file any more.
  package func unlock() { _ = flock(rawValue, LOCK_UN) }
}
