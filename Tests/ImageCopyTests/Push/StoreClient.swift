import ImageCopy
import ImageModel
import RegistryAuth
import RegistryClient
import ScriptedServer

/// A client of a scripted registry.
enum StoreClient {
  static func run(_ server: ScriptedServer, _ body: (EndpointClient) async throws -> Void) async throws {
    var access = RegistryAccess(credentials: NoCredentials())
    access.usesPlainHTTP = true
    let registry = try RegistryName(parsing: server.authority)
    let door = try RegistryDoor(access, registries: [registry])
    do { try await body(try await door.client(for: registry) { _ in }) } catch {
      try? await door.close()
      throw error
    }
    try await door.close()
  }
}
