import HTTPAccess
import NIOCore
import Synchronization

/// Which connections there are, from where, and which of them wait for a request: these make room for new ones.
final class ClientTable: Sendable {
  fileprivate struct Connection {
    let address: String?
    /// Not one that is told to come later, or that makes room.
    var isCounted: Bool
    /// Since when it waits for a request; nil while one is under way.
    var idleSince: ContinuousClock.Instant?
    let makeRoom: @Sendable () -> Void
  }

  fileprivate struct State {
    var connections: [ObjectIdentifier: Connection] = [:]
    var byAddress: [String: Int] = [:]
    /// Those that are not told to come later.
    var counted = 0
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

  var connections: Int { state.withLock(\.connections.count) }

  /// - Parameter makeRoom: asks the connection to close, where it still waits for a request.
  /// - Returns: why the connection is one too many; nil for one that is welcome.
  func opened(
    _ id: ObjectIdentifier, from address: SocketAddress?, makeRoom: @escaping @Sendable () -> Void
  ) -> Refusal? {
    let key = Self.key(address)
    let (refusal, leaving) = state.withLock { state in
      if let key { state.byAddress[key, default: 0] += 1 }
      let isOver = key.map { state.byAddress[$0, default: 0] > limits.connectionsPerClient } ?? false
      var refusal: Refusal? = isOver ? .tooManyOfClient : nil
      var leaving: Connection?
      if refusal == nil, state.counted >= limits.connections {
        leaving = state.takeLongestIdle(counted: true, limits)
        if leaving == nil { refusal = .tooMany }
      }
      // Nobody is accepted any more while those that are told to come later take all the places for that.
      if refusal != nil, state.connections.count - state.counted >= limits.furtherConnections - 1 {
        leaving = state.takeLongestIdle(counted: false, limits)
      }
      state.connections[id] = Connection(
        address: key, isCounted: refusal == nil, idleSince: .now, makeRoom: makeRoom)
      if refusal == nil { state.counted += 1 }
      return (refusal, leaving)
    }
    leaving?.makeRoom()
    return refusal
  }

  func closed(_ id: ObjectIdentifier) {
    state.withLock { state in
      guard let connection = state.connections.removeValue(forKey: id) else { return }
      if connection.isCounted { state.counted -= 1 }
      guard let key = connection.address, let count = state.byAddress[key] else { return }
      state.byAddress[key] = count > 1 ? count - 1 : nil
    }
  }

  /// A request has come. A connection that was to make room stays then, and another one goes.
  func isBusy(_ id: ObjectIdentifier) {
    let leaving = state.withLock { state -> Connection? in
      guard let connection = state.connections[id] else { return nil }
      state.connections[id]?.idleSince = nil
      guard !connection.isCounted else { return nil }
      state.connections[id]?.isCounted = true
      state.counted += 1
      return state.counted > limits.connections ? state.takeLongestIdle(counted: true, limits) : nil
    }
    leaving?.makeRoom()
  }

  /// All that was asked is answered.
  func isIdle(_ id: ObjectIdentifier) {
    state.withLock { $0.connections[id]?.idleSince = .now }
  }

  /// Lets others be accepted, where nobody is any more.
  func makeRoomIfFull() {
    let leaving = state.withLock { state -> Connection? in
      guard state.connections.count >= limits.acceptedConnections else { return nil }
      return state.takeLongestIdle(counted: false, limits) ?? state.takeLongestIdle(counted: true, limits)
    }
    leaving?.makeRoom()
  }

  private static func key(_ address: SocketAddress?) -> String? {
    guard let address, !address.isOfThisMachine else { return nil }
    return address.ipAddress
  }
}

extension ClientTable.State {
  /// The connection that has waited longest for a request. It is counted no more.
  mutating func takeLongestIdle(counted isCounted: Bool, _ limits: ServerLimits) -> ClientTable.Connection? {
    let end = ContinuousClock.now - limits.leastIdleTime
    let idle = connections.lazy.filter {
      $0.value.isCounted == isCounted && $0.value.idleSince.map { $0 <= end } ?? false
    }
    guard let oldest = idle.min(by: { ($0.value.idleSince ?? end) < ($1.value.idleSince ?? end) }) else { return nil }
    connections[oldest.key]?.idleSince = nil
    if isCounted {
      connections[oldest.key]?.isCounted = false
      counted -= 1
    }
    return oldest.value
  }
}
