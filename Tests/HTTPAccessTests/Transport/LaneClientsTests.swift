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

  @Test("T211: the connections of hosts that are forgotten are closed, once nobody uses them", .timeLimit(.minutes(10)))
  func forgotten() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let hosts = HostClients(
      limit: 2, now: { .zero }, make: { _, _, _ in LaneClients(group, configuration: HTTPClient.Configuration()) })
    let origin = { (number: Int) in try #require(HTTPOrigin(scheme: .https, host: "r\(number).example.com", port: 443))
    }
    let client = { (number: Int) in hosts.all(of: try origin(number)).client(of: 0) }
    let (first, second) = (try client(1), try client(2))
    #expect(try client(1) === first)
    let used = hosts.all(of: try origin(3))
    await #expect(throws: HTTPClientError.alreadyShutdown) { try await second.shutdown() }
    #expect(try client(1) === first)
    _ = try client(4)
    #expect(hosts.everyClient.count == 2)
    // It was forgotten, and is whole as long as a request may be under way.
    try await used.shutdown()
    try await LaneClients.shutdown(hosts.everyClient)
    try await group.shutdownGracefully()
  }
}
