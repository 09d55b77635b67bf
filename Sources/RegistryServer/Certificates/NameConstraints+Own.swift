import HTTPAccess
import ImageModel

/// What an authority of this program may vouch for: host names, with those below them (RFC 5280 §4.2.1.10).
///
/// Addresses are not constrained: BoringSSL refuses every certificate with an address of an authority for which some are, and a
/// server's address changes, while its clients are to be told once.
extension NameConstraints {
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

  /// Whether clients take a certificate of this authority for a host name or an address.
  func permits(_ name: String) -> Bool {
    IPAddress(parsing: name) == nil ? permits(name: name) : !hasAddresses
  }
}
