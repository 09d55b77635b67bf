import SystemPackage

/// Tells what is still being written: a file counts once nothing has changed it for a while. Its size does not tell, since
/// some programs set that first and write the bytes then.
struct QuietPlaces: Sendable {
  private struct Look: Sendable {
    let stamp: PlaceStamp
    /// Since when it is known to be as it is, on the server's clock.
    let since: Duration
  }

  private let quietTime: Duration
  private var looks: [FilePath: Look] = [:]
  private var isFirst = true

  /// - Parameter quietTime: how long nothing may have changed.
  init(after quietTime: Duration) {
    self.quietTime = quietTime
  }

  /// Notes how everything looks now.
  ///
  /// What is there at the first look counts at once: a start need not wait. The server's own clock tells the rest: that of a
  /// network disk may be wrong, and a copy may be given the time of its original.
  ///
  /// - Parameter time: on the server's clock, which never goes back.
  mutating func look(at stamps: [FilePath: PlaceStamp], time: Duration) {
    looks = Dictionary(
      uniqueKeysWithValues: stamps.map { place, stamp in
        if let known = looks[place], known.stamp == stamp { return (place, known) }
        return (place, Look(stamp: stamp, since: isFirst ? time - quietTime : time))
      })
    isFirst = false
  }

  func isQuiet(_ place: FilePath, at time: Duration) -> Bool {
    looks[place].map { time - $0.since >= quietTime } ?? false
  }
}
