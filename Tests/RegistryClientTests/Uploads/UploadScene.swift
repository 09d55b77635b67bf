import ClientScenes
import ImageModel
import NIOCore
import NIOSSL
import ScriptedServer
import Testing
import Waiting

@testable import HTTPAccess
@testable import RegistryAuth
@testable import RegistryClient

/// A client that pushes to a scripted registry, whose waits are none.
struct UploadScene: Sendable {
  let server: ScriptedServer
  let registry: PushRegistry
  let client: EndpointClient
  let repository = "team/app"

  /// - Parameters:
  ///   - bodyLimit: above so many bytes the server does not read a body.
  ///   - clock: what the client waits by.
  ///   - now: seconds since 1970, as the machine's clock has them.
  ///   - login: name and password.
  ///   - credentials: in the place of one login.
  ///   - host: what the registry is called.
  static func run(
    _ registry: PushRegistry = PushRegistry(), bodyLimit: Int? = nil, settings: TransportSettings = TransportSettings(),
    tls: NIOSSLContext? = nil, clock: any Clock<Duration> = NoWaitClock(),
    now: @escaping @Sendable () -> Int64 = { 1_800_000_000 },
    login: (String, String)? = nil, credentials: (any CredentialSource)? = nil, host: String = "127.0.0.1",
    _ body: @Sendable (UploadScene) async throws -> Void
  ) async throws {
    var configuration = ServerConfiguration(tls: tls)
    configuration.bodyLimit = bodyLimit
    try await ScriptedServer.run([], configuration) { server in
      registry.serve(on: server)
      var settings = settings
      if host != "127.0.0.1" { settings.addressOverrides.connect(host, to: "127.0.0.1") }
      let transport = AsyncHTTPTransport(settings)
      do {
        let scene = UploadScene(
          server: server, registry: registry,
          client: try client(server, transport, clock, now, login, credentials, host))
        try await body(scene)
      } catch {
        try await transport.shutdown()
        throw error
      }
      try await transport.shutdown()
    }
  }

  static func client(
    _ server: ScriptedServer, _ transport: AsyncHTTPTransport, _ clock: any Clock<Duration> = NoWaitClock(),
    _ now: @escaping @Sendable () -> Int64 = { 1_800_000_000 }, _ login: (String, String)? = nil,
    _ credentials: (any CredentialSource)? = nil, _ host: String = "127.0.0.1"
  ) throws -> EndpointClient {
    var scene = ClientScene(server)
    scene.host = host
    if let credentials { scene.login.credentials = credentials }
    scene.retrier = Retrier(clock: clock, now: now, jitter: { 0 })
    scene.retrier.policy.tries = 4
    // Nobody waits for the prompt here.
    scene.uploads.interruptedTimeout = .seconds(60)
    if let (name, password) = login {
      scene.login.credentials = FixedCredential(
        FoundCredential(.password(username: name, password: password), from: .commandLine), for: [server.authority])
    }
    return try scene.client(over: transport)
  }

  /// Uploads a blob out of memory.
  @discardableResult
  func upload(
    _ blob: ImageFixture.Blob, mountFrom sources: [String] = [],
    progress: @escaping @Sendable (Int64) -> Void = { _ in }
  ) async throws -> UploadOutcome {
    try await client.upload(
      repository, try blob.parsed, body: .of(blob.bytes), mountFrom: sources, progress: progress)
  }

  /// Method and path of what was asked, without what stands for a session.
  var asked: [String] {
    server.requests.map { request in
      let path = request.path.replacing(/session-\d+/, with: "S")
      return "\(request.method) \(path.replacing("/v2/team/app", with: ""))"
    }
  }
}

extension ImageFixture.Blob {
  var parsed: Descriptor {
    get throws {
      Descriptor(
        mediaType: MediaType(rawValue: mediaType), digest: try Digest(parsing: digest), size: size)
    }
  }
}

extension UploadBody {
  /// Bytes in memory, in pieces.
  static func of(
    _ bytes: [UInt8], piece: Int = 100_000, prove: @escaping @Sendable () async throws -> Void = {}
  ) -> UploadBody {
    let body = StreamedBody(length: Int64(bytes.count)) { range, sink in
      var position = Int(range.lowerBound)
      while position < range.upperBound {
        let end = min(position + piece, Int(range.upperBound))
        try await sink.write(ByteBuffer(bytes: bytes[position..<end]))
        position = end
      }
    }
    return UploadBody(body, prove: prove)
  }
}

/// A clock that does not wait.
struct NoWaitClock: Clock {
  typealias Instant = ContinuousClock.Instant

  var now: Instant { .now }
  var minimumResolution: Duration { .nanoseconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    try Task.checkCancellation()
    await Task.yield()
  }
}
