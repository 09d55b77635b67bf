/// Where a server listens and what it allows.
public struct ServerSettings: Sendable {
  /// A name or an address, as one gives it to the system.
  public var host: String
  /// 0 for one that the system chooses.
  public var port: Int
  public var limits = ServerLimits()
  /// The names that clients may call the server by, beside addresses and `localhost`; nil for any.
  public var names: Set<String>? = []
  /// The name that people are told; nil for that of the address.
  public var publicName: String?
  /// Nil where nobody has to log in.
  public var login: ServerLogin?
  /// Nil for connections that are not encrypted.
  public var certificate: ServerCertificate?
  /// Signs the certificate, where that is the server's own.
  public var ownAuthority: OwnAuthority?

  public init(host: String = "127.0.0.1", port: Int = 5_000) {
    (self.host, self.port) = (host, port)
  }

  /// Whether only this machine can connect.
  public var isLoopback: Bool {
    host == "localhost" || host == "::1" || host.split(separator: ".").count == 4 && host.hasPrefix("127.")
  }
}
