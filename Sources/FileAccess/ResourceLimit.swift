/// Limits that the system sets for this process (getrlimit(2)).
package enum ResourceLimit {
  /// `ulimit -f`: the largest file that may be written, in bytes.
  case fileSize
  /// `ulimit -n`: how many files may be open at once.
  case openFiles

  /// The limit as it is now; nil where there is none, and where the system does not say.
  package var value: Int64? {
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { return nil }
    return Int64(exactly: limit.rlim_cur)
  }

  /// Raises the limit towards `wanted`, as far as the system lets this user. Where it does not work, it stays.
  package func raise(to wanted: rlim_t) {
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { return }
    let reachable = min(limit.rlim_max, wanted)
    guard limit.rlim_cur < reachable else { return }
    limit.rlim_cur = reachable
    _ = setrlimit(resource, &limit)
  }

  #if canImport(Glibc)
    private var resource: __rlimit_resource_t {
      switch self {
      case .fileSize: __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
      case .openFiles: __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
      }
    }
  #else
    private var resource: Int32 {
      switch self {
      case .fileSize: RLIMIT_FSIZE
      case .openFiles: RLIMIT_NOFILE
      }
    }
  #endif
}
