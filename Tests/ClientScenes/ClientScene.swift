import HTTPAccess
import ImageModel
import RegistryAuth
import RegistryClient
import ScriptedServer
import Testing
import Waiting
import WatchedPrograms

/// The client of a scripted registry, without what is around a pull: no mirrors, no platforms, no archive.
package struct ClientScene: Sendable {
  package var login = LoginSettings(credentials: NoCredentials())
  package var transport = TransportSettings()
  /// Waits for nothing between tries.
  package var retrier = Retrier(now: { 1_000_000 }, jitter: { 0 })
  package var uploads = UploadSettings()
  /// What the registry is called; another name than the server's own needs an address for it in ``transport``.
  package var host = "127.0.0.1"
  package var port: Int
  private let server: ScriptedServer

  package init(_ server: ScriptedServer) {
    self.server = server
    port = server.port
    transport.connectTimeout = .seconds(2)
    transport.stallTimeout = .seconds(5)
  }

  package func client(over transport: any HTTPTransport) throws -> EndpointClient {
    let origin = try #require(
      HTTPOrigin(scheme: server.isSecure ? .https : .http, host: host, port: port))
    let authenticator = try Authenticator(
      registry: origin, registryName: origin.authority,
      credentials: CredentialMemory(login.credentials, clock: retrier.clock, lifetime: login.refusalLifetime),
      transport: transport, resolver: SystemAddressResolver(overrides: self.transport.addressOverrides),
      silentRealms: SilentRealms(clock: retrier.clock, lifetime: login.refusalLifetime), settings: login,
      now: retrier.now, clock: retrier.clock)
    return EndpointClient(
      endpoint: RegistryEndpoint(origin: origin), transport: transport, authenticator: authenticator, retrier: retrier,
      uploads: uploads)
  }

  /// Asks for an image: its manifest, then the config and all layers at the same time.
  ///
  /// - Returns: why it is not to be had, without a secret; nil where all of it came.
  /// - Throws: whatever is no `RegistryError`.
  package func fetch(_ repository: String = "team/app", tag: String = "1") async throws -> RegistryError? {
    let transport = AsyncHTTPTransport(transport)
    let result: Result<Void, any Error>
    do { result = .success(try await fetch(repository, tag, by: client(over: transport))) } catch {
      result = .failure(error)
    }
    try await transport.shutdown()
    do { try result.get() } catch let error as RegistryError {
      SecretCheck().expectNone(in: "\(error)", "what is told")
      return error
    }
    return nil
  }

  private func fetch(_ repository: String, _ tag: String, by client: EndpointClient) async throws {
    let found = try await client.manifest(repository, .tag(tag))
    guard case .manifest(let manifest) = try ManifestDocument(parsing: found.bytes, contentType: found.contentType)
    else { return }
    _ = try await inParallel([manifest.config] + manifest.layers, width: 8) { blob in
      try await client.smallBlob(repository, blob)
    }
  }
}
