import AsyncHTTPClient
import Synchronization

/// How many connections to each place may be waiting for another request: the library below keeps them and does not tell.
///
/// A server may close one at the moment it is used again. Such a request was never seen, and is sent again at once
/// (RFC 9110 §9.2.2, RFC 9112 §9.3.1); with as many tries as there may be such connections, it ends on a fresh one.
final class IdleConnections: Sendable {
  /// Who keeps the connections, and to where: a proxy that forwards has one connection for all hosts behind it.
  struct Place: Hashable {
    private let client: ObjectIdentifier
    private let scheme: String
    private let host: String
    private let port: Int

    init(_ clients: LaneClients, lane: Int?, _ message: HTTPClient.Request) {
      client = ObjectIdentifier(clients.client(of: lane))
      (scheme, host, port) = (message.scheme, message.host, message.port)
    }
  }

  private let counts = Mutex<[Place: Int]>([:])

  /// Whether there may be one.
  func mayHave(_ place: Place) -> Bool { counts.withLock { $0[place, default: 0] > 0 } }

  /// A request begins, and uses one if there is one.
  ///
  /// - Returns: whether there may have been one.
  func take(_ place: Place) -> Bool {
    counts.withLock { counts in
      guard let count = counts[place], count > 0 else { return false }
      counts[place] = count - 1
      return true
    }
  }

  /// A response ended well: its connection may wait for another request.
  func put(_ place: Place) {
    counts.withLock { $0[place, default: 0] += 1 }
  }
}
