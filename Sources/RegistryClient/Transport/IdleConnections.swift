import Synchronization

/// How many connections to each place may be waiting for another request: the library below keeps them and does not tell.
///
/// A server may close one at the moment it is used again. Such a request was never seen, and is sent again at once
/// (RFC 9110 §9.2.2, RFC 9112 §9.3.1); with as many tries as there may be such connections, it ends on a fresh one.
final class IdleConnections: Sendable {
  private let counts = Mutex<[HTTPOrigin: Int]>([:])

  /// A request begins, and uses one if there is one.
  ///
  /// - Returns: whether there may have been one.
  func take(_ origin: HTTPOrigin) -> Bool {
    counts.withLock { counts in
      guard let count = counts[origin], count > 0 else { return false }
      counts[origin] = count - 1
      return true
    }
  }

  /// A response ended well: its connection may wait for another request.
  func put(_ origin: HTTPOrigin) {
    counts.withLock { $0[origin, default: 0] += 1 }
  }
}
