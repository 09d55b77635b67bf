import NIOCore
import Synchronization

/// How many connections there are, and from where.
final class ClientTable: Sendable {
  private struct State {
    var connections = 0
    var byAddress: [String: Int] = [:]
  }

  private let state = Mutex(State())
  private let limits: ServerLimits

  /// Why a connection is told to come later.
  enum Refusal: Sendable, Hashable {
    case tooMany
    /// Of this client's. This machine's own are not counted.
    case tooManyOfClient
  }

  init(_ limits: ServerLimits) {
    self.limits = limits
  }

  var connections: Int { state.withLock(\.connections) }

  /// - Returns: why the connection is one too many; nil for one that is welcome.
  func opened(from address: SocketAddress?) -> Refusal? {
    let key = Self.key(address)
    return state.withLock { state in
      state.connections += 1
      if let key { state.byAddress[key, default: 0] += 1 }
      if state.connections > limits.connections { return .tooMany }
      guard let key, state.byAddress[key, default: 0] > limits.connectionsPerClient else { return nil }
      return .tooManyOfClient
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
