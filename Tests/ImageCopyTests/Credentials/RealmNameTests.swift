import HTTPAccess
import ImageModel
import PullScenes
import RegistryAuth
import RegistryClient
import ScriptedServer
import Testing
import Waiting

@testable import ImageCopy

/// A registry in the world whose realm is a name that leads somewhere else than it seems to.
@Suite("A login and where a realm's name leads")
struct RealmNameTests {
  private static let registry = "registry.corp.example"
  /// Under the registry's own parent domain, so that it would get the password.
  private static let realm = "auth.corp.example"
  private let image = ImageFixture(layers: [1_000], seed: 32)

  private struct Names: AddressResolver {
    let addresses: [String: IPAddress]

    func addresses(of origin: HTTPOrigin) throws -> [IPAddress] {
      guard let address = addresses[origin.host] else {
        throw TransportError(.nameNotFound(host: origin.host))
      }
      return [address]
    }
  }

  @Test(
    "T032: a realm under a name that leads to loopback, or into a private network, is not connected to",
    arguments: LoginSource.allCases, ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.1"])
  func leadsInside(source: LoginSource, address: String) async throws {
    let names = Names(addresses: [
      Self.registry: try #require(IPAddress(parsing: "203.0.113.1")),
      Self.realm: try #require(IPAddress(parsing: address)),
    ])
    try await ScriptedServer.run { inner in
      try await NamedServers.run([Self.registry]) { scene, servers in
        let server = servers[Self.registry]
        server.protect(image, realm: "https://\(Self.realm):\(inner.port)/token", service: "registry") { _, _ in false }
        try await source.run(for: Self.registry) { chain in
          let error = try await failure(chain, names, scene)
          if source.asksTokenService {
            guard case .auth(.realmRefused(_, .privateAddress)) = error.reason else {
              Issue.record("\(error)")
              return
            }
          } else {
            #expect(error.failureClass == .authentication)
          }
          #expect(inner.connections == 0)
          #expect(server.requests.allSatisfy { !$0.holdsCanary || $0.bearerToken == canaryPassword })
        }
      }
    }
  }

  private func failure(_ chain: CredentialChain, _ names: Names, _ scene: PullScene) async throws -> RegistryError {
    let origin = try #require(HTTPOrigin(scheme: .https, host: Self.registry, port: nil))
    let transport = AsyncHTTPTransport(scene.access.transportSettings(registries: []))
    let client = EndpointClient(
      endpoint: RegistryEndpoint(origin: origin), transport: transport,
      authenticator: try Authenticator(
        registry: origin, registryName: Self.registry,
        credentials: CredentialMemory(chain, clock: ContinuousClock(), lifetime: nil),
        transport: transport,
        resolver: names, silentRealms: SilentRealms(clock: ContinuousClock(), lifetime: nil),
        settings: LoginSettings(credentials: chain), now: { 1_000_000 }, clock: ContinuousClock()),
      retrier: Retrier(now: { 1_000_000 }, jitter: { 0 }))
    let error = await #expect(throws: RegistryError.self) { try await client.manifest("team/app", .tag("1")) }
    try await transport.shutdown()
    return try #require(error)
  }
}
