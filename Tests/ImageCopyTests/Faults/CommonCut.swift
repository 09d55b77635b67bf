import ScriptedServer
import Synchronization

/// Ends all answers of a server at once, at the moment when so many ranges of a blob are under way and so many of its bytes
/// have been sent.
final class CommonCut: Sendable {
  private let path: String
  private let ranges: Int
  private let bytes: Int64
  private let cut = Mutex<[RecordedRequest]?>(nil)

  init(_ path: String, ranges: Int, bytes: Int64) {
    self.path = path
    self.ranges = ranges
    self.bytes = bytes
  }

  var hasHappened: Bool { cut.withLock { $0 != nil } }

  /// Where the bytes of each range that was under way ended: as the server counts them, once all are ended.
  func ends(on server: ScriptedServer) -> Set<Int64> {
    let indices = Set((cut.withLock { $0 } ?? []).map(\.index))
    return Set(
      server.requests.filter { indices.contains($0.index) }.map { ($0.range?.lowerBound ?? 0) + $0.bodyBytesSent })
  }

  /// Whether an answer that was begun on `server` before the cut is to end now.
  func isDue(on server: ScriptedServer) -> Bool {
    cut.withLock { cut in
      if cut != nil { return true }
      let asked = server.requests(path)
      let underWay = asked.filter {
        !$0.isComplete && $0.bodyBytesSent > 0 && $0.bodyBytesSent < $0.range?.count ?? .max
      }
      guard underWay.count >= ranges, asked.reduce(0, { $0 + $1.bodyBytesSent }) >= bytes else { return false }
      cut = underWay
      return true
    }
  }
}
