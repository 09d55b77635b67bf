import ImageModel

/// The hosts that a certificate is for, as its `subjectAltName` lists them, and whether one of them is the host asked for
/// (RFC 9525 §6).
///
/// A name is compared with `dNSName` entries only, an address with `iPAddress` entries only. The address is the one that was
/// asked for, never the one that the connection leads to: that is the name system's word, or a proxy's.
package struct CertificateIdentity: Sendable, Hashable {
  /// `dNSName` entries: foreign text.
  package let names: [String]
  /// `iPAddress` entries.
  package let addresses: [IPAddress]

  package init(names: [String] = [], addresses: [IPAddress] = []) {
    self.names = names
    self.addresses = addresses
  }

  /// The host asked for: RFC 9525 calls it the reference identity.
  package enum Reference: Sendable, Hashable {
    case name(String)
    case address(IPAddress)

    /// - Parameter host: a name, or an address without brackets.
    package init(host: String) {
      self = IPAddress(parsing: host).map { .address($0) } ?? .name(host)
    }
  }

  /// All entries, as a person reads them.
  package var entries: [String] { names + addresses.map(\.description) }

  /// Whether the certificate is for this host. A wildcard counts as the whole leftmost label, for exactly one label, and
  /// above at least two others. The common name never counts.
  package func matches(_ reference: Reference) -> Bool {
    switch reference {
    case .address(let address): return addresses.contains(address)
    case .name(let name):
      guard let labels = Self.labels(of: name), labels.last?.utf8.allSatisfy(\.isDigit) == false else {
        return false
      }
      return names.contains { Self.covers($0, labels) }
    }
  }

  private static func covers(_ entry: String, _ labels: [String]) -> Bool {
    guard entry.utf8.starts(with: "*.".utf8) else { return Self.labels(of: entry) == labels }
    guard let parents = Self.labels(of: String(entry.dropFirst(2))), parents.count >= 2 else { return false }
    return parents[...] == labels.dropFirst()
  }

  /// The labels of a host name in lower case, without the dot that may end it; nil where it is none. Names beyond ASCII are
  /// compared in their ASCII form (A-labels).
  private static func labels(of name: String) -> [String]? {
    var labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if labels.count > 1, labels.last?.isEmpty == true { labels.removeLast() }
    guard name.utf8.count <= 254, labels.allSatisfy({ (1...63).contains($0.count) && $0.allSatisfy(isLabelByte) })
    else { return nil }
    return labels.map { String(decoding: $0, as: UTF8.self).lowercased() }
  }

  private static func isLabelByte(_ byte: UInt8) -> Bool {
    byte.isLetterOrDigit || "-_".utf8.contains(byte)
  }
}
