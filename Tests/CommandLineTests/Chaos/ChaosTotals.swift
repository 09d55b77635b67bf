import Synchronization

/// What happened in all pulls of a chaos run.
final class ChaosTotals: Sendable, CustomStringConvertible {
  struct Counts: Sendable {
    var faults: [ChaosPlan.Fault: Int] = [:]
    var runs = 0
    var kills = 0
    /// Runs that ended because of bytes behind the end of a blob.
    var refusals = 0
    var bytesSent: Int64 = 0
    var bytesNeeded: Int64 = 0
  }

  private let counts = Mutex(Counts())

  func add(_ change: (inout Counts) -> Void) { counts.withLock { change(&$0) } }

  /// How many kinds of fault happened.
  var kinds: Int { counts.withLock { $0.faults.count } }

  var description: String {
    let all = counts.withLock { $0 }
    let faults = all.faults.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue) \($0.value)" }
    return """
      \(all.runs) runs, \(all.kills) kills, \(all.refusals) ended by a surplus, \(all.bytesSent) bytes for \
      \(all.bytesNeeded); \(faults.joined(separator: ", "))
      """
  }
}
