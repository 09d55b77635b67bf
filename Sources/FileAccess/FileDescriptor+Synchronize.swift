import SystemPackage

extension FileDescriptor {
  /// Makes what was written last through a power cut, on file systems that can.
  ///
  /// - Parameter dataOnly: without what only describes the file (fdatasync(2)).
  package func synchronize(dataOnly: Bool = false) throws(Errno) {
    while (dataOnly ? fdatasync(rawValue) : fsync(rawValue)) != 0 {
      let error = Errno(rawValue: errno)
      if error == .interrupted { continue }
      guard error.isMissingFeature else { throw error }
      return
    }
  }
}
