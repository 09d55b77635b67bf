import FileAccess

/// The time of day, for the dates that servers send.
package enum WallClock {
  /// Seconds since 1970.
  package static let seconds: @Sendable () -> Int64 = { Int64(time(nil)) }
}
