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
  /// The time of change in a file counts at the first look alone, so that a start need not wait. From then on the server's
  /// own clock does: that of a network disk may be wrong, and a copy may be given the time of its original.
  ///
  /// - Parameters:
  ///   - time: on the server's clock, which never goes back.
  ///   - now: seconds since 1970.
  mutating func look(at stamps: [FilePath: PlaceStamp], time: Duration, now: Int64) {
    looks = Dictionary(
      uniqueKeysWithValues: stamps.map { place, stamp in
        if let known = looks[place], known.stamp == stamp { return (place, known) }
        let age = isFirst ? Duration.seconds(max(0, now - stamp.changed)) : .zero
        return (place, Look(stamp: stamp, since: time - age))
      })
    isFirst = false
  }

  func isQuiet(_ place: FilePath, at time: Duration) -> Bool {
    looks[place].map { time - $0.since >= quietTime } ?? false
  }

  /// How long it takes until everything is quiet, if nothing changes any more.
  func rest(at time: Duration) -> Duration {
    looks.values.map { quietTime - (time - $0.since) }.filter { $0 > .zero }.max() ?? .zero
  }
}
