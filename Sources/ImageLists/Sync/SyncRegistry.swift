import ImageModel

/// How a registry is reached, as a file says it.
public struct SyncRegistry: Sendable, Hashable {
  public enum Security: Sendable, Hashable {
    case verified
    /// Certificates are not checked; plain HTTP where the registry does not speak TLS.
    case unverified
    case plainHTTP
  }

  public let registry: RegistryName
  /// The repositories that it is about: those at this path and below; empty for all.
  public var path = ""
  public var login: SyncLogin?
  /// Nil where the file does not say.
  public var security: Security?
  /// A folder with certificates (`*.crt`, `*.cert` with `*.key`), as containers-certs.d(5) has them.
  public var certificateFolder: String?
  /// File and line.
  public let place: Provenance

  init(registry: RegistryName, place: Provenance) {
    self.registry = registry
    self.place = place
  }
}

/// A login of a file. It never prints: not described, not reflected, not dumped.
public struct SyncLogin: Sendable, Hashable {
  public let username: String
  public let password: String

  public init(username: String, password: String) {
    self.username = username
    self.password = password
  }
}

extension SyncLogin: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "a login" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
