import SystemPackage

extension FileDescriptor {
  /// Takes the fraction of a second off the time of the last change: what is written to the file later gives it one again.
  package func markUnchanged() throws(Errno) {
    let status = try stat()
    let times = [status.st_atim, timespec(tv_sec: status.st_mtim.tv_sec, tv_nsec: 0)]
    try Errno.check { futimens(rawValue, times) }
  }
}

extension Stat {
  /// Whether nothing was written to the file since ``FileDescriptor/markUnchanged()``, as far as its time of change tells.
  package var isMarkedUnchanged: Bool { st_mtim.tv_nsec == 0 }
}
