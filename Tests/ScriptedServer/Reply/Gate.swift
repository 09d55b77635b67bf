import NIOCore
import Synchronization

/// Holds replies at a byte until the test opens it, so that a test can act at a known point without waiting.
public final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var arrivals = 0
    var held: [EventLoopPromise<Void>] = []
    var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())
  private let crowd: Int?

  /// - Parameter crowd: it opens by itself once so many replies are held.
  public init(opensFor crowd: Int? = nil) {
    self.crowd = crowd
  }

  /// Lets all held replies go on, and all that come later pass.
  public func open() {
    let held = state.withLock { state in
      state.isOpen = true
      defer { state.held = [] }
      return state.held
    }
    for promise in held { promise.succeed() }
  }

  /// Returns once `count` replies have reached the gate since it was made.
  public func arrivals(_ count: Int = 1) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.arrivals < count { state.watchers.append((count, continuation)) }
        return state.arrivals >= count
      }
      if isThere { continuation.resume() }
    }
  }

  /// Waits for the gate, or for the end of the connection.
  func pass(_ channel: any Channel) async throws {
    let promise = channel.eventLoop.makePromise(of: Void.self)
    let (isOpen, woken) = state.withLock { state in
      state.arrivals += 1
      let arrivals = state.arrivals
      let woken = state.watchers.filter { $0.count <= arrivals }
      state.watchers.removeAll { $0.count <= arrivals }
      if !state.isOpen { state.held.append(promise) }
      return (state.isOpen, woken)
    }
    for watcher in woken { watcher.continuation.resume() }
    if isOpen { promise.succeed() }
    if let crowd, state.withLock({ $0.arrivals >= crowd }) { open() }
    channel.closeFuture.whenComplete { _ in promise.fail(ClientLeft()) }
    try await promise.futureResult.get()
  }
}

/// The connection ended while the server still had something to do on it.
struct ClientLeft: Error {}
