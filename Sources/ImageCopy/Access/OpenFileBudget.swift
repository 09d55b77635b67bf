import FileAccess

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

  /// As many as this program could have use for: several archives of 999 volumes, read at several places each. Darwin gives
  /// no more than 10,240 (`OPEN_MAX`).
  #if canImport(Darwin)
    private static let useful: rlim_t = 10_240
  #else
    private static let useful: rlim_t = 65_536
  #endif

  /// Raises the limit as far as the system lets this user, and the program has use for it. To be called once, before
  /// anything is opened; where it does not work, the limit stays.
  package static func raise() {
    ResourceLimit.openFiles.raise(to: useful)
  }

  /// The limit as it is now.
  package static var current: OpenFileBudget {
    OpenFileBudget(limit: ResourceLimit.openFiles.value.map { Int(clamping: $0) } ?? .max)
  }

  /// Half of what is free is for connections.
  package func connections(wanted: Int) -> Int { max(1, min(wanted, (limit - Self.reserve) / 2)) }

  /// The other half is for the threads that serve them.
  package func eventLoops(cores: Int) -> Int {
    max(1, min(cores, (limit - Self.reserve) / 2 / Self.filesPerEventLoop))
  }
}
