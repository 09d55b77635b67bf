import SystemPackage

extension FileDescriptor {
  /// Sets the permissions of a file. Where its file system keeps none (FAT, some network file systems), they are what
  /// it was mounted with, and that is all right.
  package func setMode(_ mode: mode_t) throws(Errno) {
    guard fchmod(rawValue, mode) != 0 else { return }
    let error = Errno(rawValue: errno)
    // Also where a server does not let it be set.
    guard error.isMissingFeature || error == .notPermitted || error == .permissionDenied else { throw error }
  }
}
