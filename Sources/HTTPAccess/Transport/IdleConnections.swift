import AsyncHTTPClient
import Synchronization

/// How many connections to each place may be waiting for another request: the library below keeps them and does not tell.
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

  private let counts = Mutex(BoundedTable<Place, Int>(limit: 1024))

  /// Whether there may be one.
  func mayHave(_ place: Place) -> Bool { counts.withLock { ($0[place, at: .zero] ?? 0) > 0 } }

  /// A request begins, and uses one if there is one.
  func take(_ place: Place) {
    counts.withLock { counts in
      if let count = counts[place, at: .zero], count > 0 { counts[place, at: .zero] = count - 1 }
    }
  }

  /// A response ended well: its connection may wait for another request.
  func put(_ place: Place) {
    counts.withLock { $0[place, at: .zero] = ($0[place, at: .zero] ?? 0) + 1 }
  }
}
