import NIOCore
import Synchronization

/// How many connections there are, and from where.
final class ClientTable: Sendable {
  private struct State {
    var connections = 0
    var byAddress: [String: Int] = [:]
  }

  private let state = Mutex(State())
  private let limit: Int

  /// - Parameter limit: connections from one address; more are told to come later. This machine's own are not counted.
  init(limit: Int) {
    self.limit = limit
  }

  var connections: Int { state.withLock(\.connections) }

  /// - Returns: whether the connection is one too many of its client's.
  func opened(from address: SocketAddress?) -> Bool {
    let key = Self.key(address)
    return state.withLock { state in
      state.connections += 1
      guard let key else { return false }
      state.byAddress[key, default: 0] += 1
      return state.byAddress[key, default: 0] > limit
    }
  }

  func closed(from address: SocketAddress?) {
    let key = Self.key(address)
    state.withLock { state in
      state.connections -= 1
      guard let key, let count = state.byAddress[key] else { return }
      state.byAddress[key] = count > 1 ? count - 1 : nil
    }
  }

  private static func key(_ address: SocketAddress?) -> String? {
    guard let text = address?.ipAddress, !text.hasPrefix("127."), text != "::1" else { return nil }
    return text
  }
}
