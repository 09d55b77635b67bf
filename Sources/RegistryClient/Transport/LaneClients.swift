import AsyncHTTPClient
import NIOCore

/// A client for each thread, all set up alike: what a lane asks for stays on its thread, from the socket to the receiver,
/// and its connections are kept for the next request.
struct LaneClients: Sendable {
  private let clients: [HTTPClient]

  init(_ group: any EventLoopGroup, configuration: HTTPClient.Configuration) {
    clients = group.makeIterator().map { loop in
      HTTPClient(eventLoopGroupProvider: .shared(loop), configuration: configuration)
    }
  }

  func client(of lane: Int?) -> HTTPClient { clients[(lane ?? 0) % clients.count] }

  /// Closes every connection. No request may be under way.
  func shutdown() async throws {
    for client in clients { try await client.shutdown() }
  }
}
