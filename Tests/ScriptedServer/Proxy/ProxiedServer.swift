/// A registry called `registry.example`, which only a proxy knows.
public struct ProxiedServer: Sendable {
  public let server: ScriptedServer
  public let proxy: ScriptedProxy
  /// The certificate of the authority that the registry's own is of.
  public let certificateFile: String

  /// Runs both while `body` runs.
  ///
  /// - Parameter secure: whether the registry speaks TLS.
  public static func run(
    serving image: ImageFixture, secure: Bool, _ configuration: ScriptedProxy.Configuration,
    _ body: @Sendable (ProxiedServer) async throws -> Void
  ) async throws {
    try await TestAuthority.run { authority in
      let tls = secure ? try authority.context(.otherName) : nil
      try await ScriptedServer.run(tls: tls) { server in
        server.serve(image)
        try await ScriptedProxy.run(configuration) { proxy in
          try await body(ProxiedServer(server: server, proxy: proxy, certificateFile: authority.certificateFile))
        }
      }
    }
  }
}
