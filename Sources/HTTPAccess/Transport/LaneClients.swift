import AsyncHTTPClient
import Dispatch
import NIOCore
import Synchronization

/// A client for each thread, all set up alike: what a lane asks for stays on its thread, from the socket to the receiver,
/// and its connections are kept for the next request. Their connections are closed once nobody has them any more.
final class LaneClients: Sendable {
  private let clients: [HTTPClient]
  private let isShutDown = Atomic(false)

  init(_ group: any EventLoopGroup, configuration: HTTPClient.Configuration) {
    clients = group.makeIterator().map { loop in
      HTTPClient(eventLoopGroupProvider: .shared(loop), configuration: configuration)
    }
  }

  deinit {
    guard !isShutDown.load(ordering: .relaxed) else { return }
    for client in clients { client.shutdown(queue: .global()) { _ in } }
  }

  func client(of lane: Int?) -> HTTPClient { clients[(lane ?? 0) % clients.count] }

  /// Closes every connection. No request may be under way.
  func shutdown() async throws { try await Self.shutdown([self]) }

  /// The same for all of these, whichever of them fails; then the first failure is thrown.
  static func shutdown(_ all: [LaneClients]) async throws {
    var failure: (any Error)?
    for client in all.flatMap({ $0.markShutDown() }) {
      do { try await client.shutdown() } catch { failure = failure ?? error }
    }
    if let failure { throw failure }
  }

  private func markShutDown() -> [HTTPClient] {
    isShutDown.store(true, ordering: .relaxed)
    return clients
  }
}
