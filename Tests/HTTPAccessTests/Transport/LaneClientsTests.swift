import AsyncHTTPClient
import NIOPosix
import Testing

@testable import HTTPAccess

@Suite("The clients of all threads")
struct LaneClientsTests {
  @Test("All are closed, whichever of them fails, and the first failure is told")
  func shutdown() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    let all = (0..<2).map { _ in LaneClients(group, configuration: HTTPClient.Configuration()) }
    try await all[0].client(of: 0).shutdown()
    await #expect(throws: HTTPClientError.alreadyShutdown) { try await LaneClients.shutdown(all) }
    for (clients, lane) in [(all[0], 1), (all[1], 0), (all[1], 1)] {
      // Nothing is left to close.
      await #expect(throws: HTTPClientError.alreadyShutdown) { try await clients.client(of: lane).shutdown() }
    }
    try await group.shutdownGracefully()
  }
}
