import NIOCore

extension SocketAddress? {
  /// A client by its address; of IPv6 by its network, which is one customer's.
  var networkKey: String {
    switch self {
    case .v6(let address)?:
      withUnsafeBytes(of: address.address.sin6_addr) { bytes in
        bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
      }
    default: self?.ipAddress ?? "-"
    }
  }
}
