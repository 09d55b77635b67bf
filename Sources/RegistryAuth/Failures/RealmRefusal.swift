/// Why a token service that a registry names is not asked.
public enum RealmRefusal: Sendable, Hashable {
  case malformed
  /// An unencrypted realm of an encrypted registry.
  case unencrypted
  /// The realm is at a private address and the registry is not.
  case privateAddress
  /// The realm is on a host that has not been trusted with the password.
  case untrustedHost(host: String)
  case redirect
}
