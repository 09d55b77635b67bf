import NIOCore
import Synchronization

/// What happened on a server so far, and the connections that are open.
final class ServerLog: Sendable {
  private typealias Watcher = (count: Int, continuation: CheckedContinuation<Void, Never>)

  private struct State {
    var requests: [RecordedRequest] = []
    var unexpected: [String] = []
    var connections = 0
    var open: [ObjectIdentifier: any Channel] = [:]
    var peak = 0
    var hellos = 0
    var failedHandshakes = 0
    var isStopped = false
    var requestWatchers: [Watcher] = []
    var connectionWatchers: [Watcher] = []
  }

  private let state = Mutex(State())
  private let start = ContinuousClock.now

  var requests: [RecordedRequest] { state.withLock { $0.requests } }
  var unexpected: [String] { state.withLock { $0.unexpected } }
  var connections: Int { state.withLock { $0.connections } }
  var openConnections: Int { state.withLock { $0.open.count } }
  var peak: Int { state.withLock { $0.peak } }
  var hellos: Int { state.withLock { $0.hellos } }
  var failedHandshakes: Int { state.withLock { $0.failedHandshakes } }

  /// Numbers a new connection from 0; nil when the server has stopped.
  func opened(_ channel: any Channel) -> Int? {
    let (number, woken) = state.withLock { state -> (Int?, [Watcher]) in
      guard !state.isStopped else { return (nil, []) }
      let number = state.connections
      state.connections += 1
      state.open[ObjectIdentifier(channel)] = channel
      state.peak = max(state.peak, state.open.count)
      let woken = state.connectionWatchers.filter { $0.count <= state.connections }
      state.connectionWatchers.removeAll { $0.count <= state.connections }
      return (number, woken)
    }
    for watcher in woken { watcher.continuation.resume() }
    return number
  }

  func connectionArrivals(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.connections < count { state.connectionWatchers.append((count, continuation)) }
        return state.connections >= count
      }
      if isThere { continuation.resume() }
    }
  }

  func closed(_ channel: any Channel) {
    state.withLock { _ = $0.open.removeValue(forKey: ObjectIdentifier(channel)) }
  }

  /// The channels that are open, after which no new one is counted.
  func stop() -> [any Channel] {
    state.withLock { state in
      state.isStopped = true
      return Array(state.open.values)
    }
  }

  var openChannels: [any Channel] { state.withLock { Array($0.open.values) } }

  /// Files a request and gives it its number and time.
  func record(_ request: RecordedRequest, connection: Int) -> RecordedRequest {
    let (request, woken) = state.withLock { state in
      var request = request
      request.connection = connection
      request.index = state.requests.count
      request.time = ContinuousClock.now - start
      state.requests.append(request)
      let count = state.requests.count
      let woken = state.requestWatchers.filter { $0.count <= count }
      state.requestWatchers.removeAll { $0.count <= count }
      return (request, woken)
    }
    for watcher in woken { watcher.continuation.resume() }
    return request
  }

  func arrivals(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.requests.count < count { state.requestWatchers.append((count, continuation)) }
        return state.requests.count >= count
      }
      if isThere { continuation.resume() }
    }
  }

  func update(_ request: RecordedRequest, _ change: (inout RecordedRequest) -> Void) {
    state.withLock { change(&$0.requests[request.index]) }
  }

  func unexpected(_ text: String) {
    state.withLock { $0.unexpected.append(text) }
  }

  func sawHello() {
    state.withLock { $0.hellos += 1 }
  }

  func handshakeFailed() {
    state.withLock { $0.failedHandshakes += 1 }
  }
}
