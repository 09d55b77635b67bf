import ImageModel

/// The host names that an authority may vouch for, with those below them (RFC 5280 §4.2.1.10).
///
/// Addresses are not constrained: BoringSSL refuses every certificate with an address of an authority for which some are
/// (X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE), and a server's address changes, while its clients are to be told once.
struct NameConstraints: Sendable {
  /// id-ce-nameConstraints, 2.5.29.30
  static let type: [UInt8] = [0x55, 0x1d, 0x1e]

  /// The extension's value.
  static func permitting(_ names: [String]) -> DERValue {
    let subtrees = names.filter { IPAddress(parsing: $0) == nil }.map(subtree)
    // Without any a client would take every name.
    return .sequence([DERValue(tag: 0xa0, subtrees.isEmpty ? [subtree("localhost")] : subtrees)])
  }

  /// A GeneralSubtree of a dNSName.
  private static func subtree(_ name: String) -> DERValue { .sequence([DERValue(tag: 0x82, Array(name.utf8))]) }

  private let authority: [UInt8]

  /// - Parameter authority: its certificate. One without constraints, as they were made before, permits every name.
  init(of authority: [UInt8]) { self.authority = authority }

  /// Whether it may vouch for a host name or an address.
  func permits(_ name: String) -> Bool {
    // Its values stand in the certificate as they are written here.
    let contains = { (value: DERValue) in authority.firstRange(of: value.bytes) != nil }
    guard IPAddress(parsing: name) == nil, contains(DERValue(tag: 0x06, Self.type)) else { return true }
    return contains(Self.subtree(name))
  }
}
