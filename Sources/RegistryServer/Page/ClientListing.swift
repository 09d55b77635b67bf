import ImageModel

/// `/api/clients`: what makes each client ask this server, for the page.
public struct ClientListing: RequestHandler {
  private let origin: String
  private let registries: @Sendable () -> [String]

  /// - Parameters:
  ///   - origin: of this server, where a page does not say how its reader reached it: `http://10.0.0.5:5000`.
  ///   - registries: for which clients are to ask it.
  public init(origin: String, registries: @escaping @Sendable () -> [String]) {
    (self.origin, self.registries) = (origin, registries)
  }

  /// The origin of the page, which may be one of a proxy in front of this server, comes in the query.
  public func answer(_ request: ServerRequest) async throws -> ServerAnswer? {
    guard request.path == "/api/clients", request.method == .get || request.method == .head else { return nil }
    guard let (authority, isEncrypted) = request.value(of: "origin").flatMap(Self.read) ?? Self.read(origin) else {
      return .json(List(clients: []))
    }
    let registries = registries()
    return .json(
      List(
        clients: ClientConfiguration.allCases.map { client in
          Client(
            name: client.name, path: client.path,
            text: client.text(authority: authority, isEncrypted: isEncrypted, registries: registries))
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
