import NIOSSL
import PullScenes
import ScriptedServer

/// Scripted servers that stand at the names of real registries, over TLS, for one test.
///
/// ```swift
/// try await NamedServers.run(["registry-1.docker.io", "auth.docker.io"]) { scene, servers in
///   servers["auth.docker.io"].giveTokens(at: "/token") { _ in .token("t") }
///   _ = try await scene.pull("nginx")
/// }
/// ```
struct NamedServers: Sendable {
  private let servers: [String: ScriptedServer]

  /// The server at a name.
  subscript(name: String) -> ScriptedServer {
    guard let server = servers[name] else { preconditionFailure("no server at \(name)") }
    return server
  }

  /// Everything that all of them were asked.
  var requests: [RecordedRequest] { servers.values.flatMap(\.requests) }

  /// - Parameters:
  ///   - names: `host`, which is its port 443, or `host:port`.
  ///   - closed: names where nobody listens.
  static func run(
    _ names: [String], closed: [String] = [],
    _ body: @Sendable (inout PullScene, NamedServers) async throws -> Void
  ) async throws {
    try await TestAuthority.run(hosts: names.map { host($0).name }) { authority in
      try await start(names[...], with: try authority.context(.good), after: [:]) { servers in
        try await PullScene.run { scene in
          scene.access.usesPlainHTTP = false
          scene.access.network.trust.authorityFiles = [authority.certificateFile]
          for (name, server) in servers {
            let (host, port) = host(name)
            scene.access.network.addressOverrides.connect(host, port: port, to: "127.0.0.1", port: server.port)
          }
          for name in closed {
            let (host, port) = host(name)
            // The discard port, where nobody has listened for decades.
            scene.access.network.addressOverrides.connect(host, port: port, to: "127.0.0.1", port: 9)
          }
          try await body(&scene, NamedServers(servers: servers))
        }
      }
    }
  }

  private static func start(
    _ names: ArraySlice<String>, with context: NIOSSLContext, after running: [String: ScriptedServer],
    _ body: @Sendable ([String: ScriptedServer]) async throws -> Void
  ) async throws {
    guard let name = names.first else { return try await body(running) }
    try await ScriptedServer.run(tls: context) { server in
      try await start(names.dropFirst(), with: context, after: running.merging([name: server]) { $1 }, body)
    }
  }

  private static func host(_ text: String) -> (name: String, port: Int) {
    let parts = text.split(separator: ":")
    return (String(parts[0]), parts.count > 1 ? Int(parts[1]) ?? 443 : 443)
  }
}
