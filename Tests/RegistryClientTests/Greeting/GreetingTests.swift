import ScriptedServer
import Synchronization
import Testing
import Waiting

@testable import HTTPAccess
@testable import ImageModel
@testable import RegistryAuth
@testable import RegistryClient

@Suite("What a registry says first")
struct GreetingTests {
  private struct NoNames: AddressResolver {
    func addresses(of origin: HTTPOrigin) throws -> [IPAddress] { [] }
  }

  @Test("T138: the server's clock is compared with this machine's when its answer comes, whatever follows takes long")
  func clock() async throws {
    try await ScriptedServer.run { server in
      server.on(
        "/v2/", reply: Reply(headers: [("Date", "Sun, 29 Nov 2026 16:53:26 GMT")], text: "{}"))
      let origin = try #require(HTTPOrigin(scheme: .http, host: "127.0.0.1", port: server.port))
      // A minute passes between any two looks at it.
      let time = Mutex<Int64>(1_795_971_206)
      let transport = AsyncHTTPTransport(TransportSettings())
      let never = ContinuousClock()
      let client = EndpointClient(
        endpoint: RegistryEndpoint(origin: origin), transport: transport,
        authenticator: try Authenticator(
          registry: origin, registryName: server.authority,
          credentials: CredentialMemory(NoCredentials(), clock: never, lifetime: nil),
          transport: transport,
          resolver: NoNames(), silentRealms: SilentRealms(clock: never, lifetime: nil),
          settings: LoginSettings(credentials: NoCredentials()), now: { 0 }, clock: never),
        retrier: Retrier(now: {
          time.withLock { time in
            defer { time += 60 }
            return time
          }
        }))
      let greeting = try await client.greeting()
      #expect(greeting.clockAhead == 0)
      try await transport.shutdown()
    }
  }
}
