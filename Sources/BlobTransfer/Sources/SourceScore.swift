/// What has been seen of one source: how fast it is, and how often it failed. A value without I/O.
package struct SourceScore: Sendable {
  /// The weight of the latest measurement in the estimate of the pace.
  static let weightOfLatest = 0.4
  /// How long the first byte may take before its absence counts as a pace of nothing.
  static let firstByte: Duration = .seconds(1)

  package let isMirror: Bool
  /// The blobs that it may have, by their indices; nil for all.
  package let scope: Set<Int>?
  package var governor: ConnectionGovernor
  /// Connections that fetch from it now.
  package private(set) var active = 0
  /// Bytes that it sent.
  package private(set) var fetched: Int64 = 0
  /// Bytes per second of one connection; nil before anything was measured.
  package private(set) var pace: Double?
  /// It is not asked again in this run.
  package var isDropped = false
  /// It sends whole blobs, whatever is asked for.
  package var isRangeless = false
  /// Nothing is asked of it before this time.
  package private(set) var pausedUntil: Duration = .zero
  /// Blobs that it is not asked for again.
  package var refused: Set<Int> = []
  package var wrongRanges: [Int: Int] = [:]
  /// Since when it has been far slower than others.
  package var slowSince: Duration?

  private var failures = 0
  private var lastFailure: Duration?
  private var fetchedAtFailure: Int64 = 0
  private var measured: (at: Duration, fetched: Int64)?

  package init(isMirror: Bool, scope: Set<Int>? = nil, connections: Int) {
    self.isMirror = isMirror
    self.scope = scope
    governor = ConnectionGovernor(most: connections)
  }

  /// Whether it may have a blob at all.
  package func covers(_ blob: Int) -> Bool { scope?.contains(blob) ?? true }

  package func isPaused(at now: Duration) -> Bool { now < pausedUntil }

  package mutating func began(at now: Duration) {
    if active == 0 { measured = (now, fetched) }
    active += 1
  }

  package mutating func ended() { active -= 1 }

  package mutating func received(_ count: Int64) { fetched += count }

  /// Takes a look at how much has come since the last one.
  package mutating func measure(at now: Duration) {
    _ = governor.measure(bytes: fetched, at: now, isSaturated: active >= governor.allowed)
    guard active > 0, let before = measured, now > before.at else { return }
    let came = fetched - before.fetched
    if came == 0, pace == nil, now - before.at < Self.firstByte { return }
    measured = (now, fetched)
    let latest = Double(came) / ((now - before.at) / .seconds(1)) / Double(active)
    pace = pace.map { $0 + (latest - $0) * Self.weightOfLatest } ?? latest
  }

  /// Notes a failure that may pass. Requests that were under way when the last one was noted are part of it.
  ///
  /// - Returns: failures in a row, without progress between them.
  package mutating func failed(requestBegan: Duration, at now: Duration, policy: SourceBoard.Policy) -> Int {
    if let lastFailure, requestBegan <= lastFailure { return failures }
    if fetched - fetchedAtFailure >= policy.progressThatCounts { failures = 0 }
    failures += 1
    lastFailure = now
    fetchedAtFailure = fetched
    pause(until: now + policy.firstPause * (1 << min(failures - 1, 6)))
    return failures
  }

  package mutating func pause(until end: Duration) { pausedUntil = max(pausedUntil, end) }
}
