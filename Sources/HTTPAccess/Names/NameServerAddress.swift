import FileAccess
import ImageModel
import NIOCore

/// Where a name server listens: an IPv4 or IPv6 address, the latter with the zone that a link-local one needs (RFC 4007 §11).
package struct NameServerAddress: Sendable, Hashable {
  package let address: IPAddress
  package let zone: String?
  private let port: Int

  /// Nil where the text is none.
  package init?(parsing text: String) {
    let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let address = IPAddress(parsing: String(first)) else { return nil }
    let zone = parts.count > 1 ? String(parts[1]) : nil
    if let zone {
      guard address.bytes.count == 16, (1...32).contains(zone.utf8.count), zone.utf8.allSatisfy(Self.isNameByte) else {
        return nil
      }
    }
    (self.address, self.zone, port) = (address, zone, 53)
  }

  package init(_ address: IPAddress, port: Int) {
    (self.address, zone, self.port) = (address, nil, port)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte.isLetterOrDigit || ".-_".utf8.contains(byte)
  }

  /// - Throws: `SocketAddressError`.
  func socketAddress() throws -> SocketAddress {
    let plain = try SocketAddress(ipAddress: address.description, port: port)
    guard let zone, case .v6(let v6) = plain else { return plain }
    var raw = v6.address
    raw.sin6_scope_id = UInt32(zone) ?? if_nametoindex(zone)
    return SocketAddress(raw)
  }
}

extension NameServerAddress: CustomStringConvertible {
  package var description: String { zone.map { "\(address)%\($0)" } ?? address.description }
}
