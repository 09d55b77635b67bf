import NIOCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many files this process may have open at once (`ulimit -n`), and what they are spent on.
package struct OpenFileBudget: Sendable, Hashable {
  /// For all but connections and the threads that serve them: standard streams, the archive, its journal and its
  /// folder, a file that is copied from, names that are looked up.
  static let reserve = 20
  /// What the thread of some connections needs for itself: the poll, a timer, a wake-up.
  static let filesPerEventLoop = 3

  let limit: Int

  package init(limit: Int) {
    self.limit = limit
  }

  /// The limit as it is now.
  package static var current: OpenFileBudget {
    var limit = rlimit()
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
      let resource = RLIMIT_NOFILE
    #endif
    guard getrlimit(resource, &limit) == 0 else { return OpenFileBudget(limit: 256) }
    return OpenFileBudget(limit: Int(clamping: limit.rlim_cur))
  }

  /// Half of what is free is for connections.
  package func connections(wanted: Int) -> Int { max(1, min(wanted, (limit - Self.reserve) / 2)) }

  /// The other half is for the threads that serve them.
  package func eventLoops(cores: Int) -> Int {
    max(1, min(cores, (limit - Self.reserve) / 2 / Self.filesPerEventLoop))
  }

  /// Makes the threads of all connections fit. To be called once, before anything of this module is used.
  package static func fitEventLoops() {
    NIOSingletons.groupLoopCountSuggestion = current.eventLoops(cores: System.coreCount)
  }
}
