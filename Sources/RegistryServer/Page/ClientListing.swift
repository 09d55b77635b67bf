import ImageModel

/// `/api/clients`: what makes each client ask this server, for the page.
public struct ClientListing: RequestHandler {
  private let server: @Sendable () -> MirrorServer

  /// - Parameter server: this one, as it is reached where a page does not say how its reader reached it.
  public init(_ server: @escaping @Sendable () -> MirrorServer) {
    self.server = server
  }

  /// The origin of the page, which may be one of a proxy in front of this server, comes in the query.
  public func answer(_ request: ServerRequest) async throws -> ServerAnswer? {
    guard request.path == "/api/clients", request.method == .get || request.method == .head else { return nil }
    var server = server()
    if let origin = request.value(of: "origin").flatMap(Self.read) {
      (server.authority, server.isEncrypted) = origin
    }
    return .json(
      List(
        clients: ClientConfiguration.allCases.map { client in
          Client(name: client.name, path: client.path, text: client.text(for: server))
        }))
  }

  /// Nil where it is no origin of a web page (RFC 6454 §6.2).
  private static func read(_ origin: String) -> (authority: String, isEncrypted: Bool)? {
    let parts = origin.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, ["http", "https"].contains(parts[0]), (try? RegistryName(parsing: parts[1])) != nil else {
      return nil
    }
    return (parts[1], parts[0] == "https")
  }

  private struct List: Encodable, Sendable {
    let clients: [Client]
  }

  private struct Client: Encodable, Sendable {
    let name: String
    let path: String
    let text: String
  }
}
