import HTTPAccess
import ImageModel
import RegistryAuth
import RegistryClient
import Waiting

/// Asks one registry whether it takes a name and a password.
public struct RegistryLogin: Sendable {
  private let door: RegistryDoor
  private let registry: RegistryName

  /// - Throws: `RegistryError` where a file of trusted certificates cannot be read.
  public init(_ access: RegistryAccess, registry: RegistryName) throws {
    self.registry = registry
    door = try RegistryDoor(access, registries: [registry])
  }

  /// - Throws: `RegistryError`: `credentialsRefused` where it does not take them; `CancellationError`.
  public func run(
    _ credential: FoundCredential, observe: @Sendable (PullWarning) -> Void
  ) async throws -> EndpointClient.LoginCheck {
    try await door.client(for: registry, observe: observe).checkLogin(credential)
  }

  /// Closes the connections. To be called once. What remains open, the end of the program closes.
  public func close() async {
    try? await door.close()
  }
}
