import Synchronization
import Waiting

/// Memory that several read-aheads share, so that many blobs at the same time need no more of it than one.
package final class ReadAheadMemory: Sendable {
  /// Notified when there is more room.
  let change = ChangeSignal()
  private let limit: Int64
  private let used = Mutex<Int64>(0)

  /// - Parameter limit: bytes that may be fetched and not yet taken.
  package init(_ limit: Int64 = 64 << 20) {
    self.limit = limit
  }

  /// - Parameter always: the bytes are needed next, whatever others hold.
  /// - Returns: whether there is room.
  func take(_ count: Int64, always: Bool) -> Bool {
    used.withLock { used in
      guard always || used + count <= limit else { return false }
      used += count
      return true
    }
  }

  func give(_ count: Int64) {
    used.withLock { $0 -= count }
    change.notify()
  }
}
