import FileAccess
import NIOCore

extension SocketAddress {
  package var isOfThisMachine: Bool { ipAddress.map { $0.hasPrefix("127.") || $0 == "::1" } ?? false }
}

extension Channel {
  /// For a connection that stays on this machine takes the congestion control that Linux has by default. BBR would send at the
  /// rate that it has measured, and measures a fraction of what memory gives.
  ///
  /// It is an advice: where the system does not take it, the connection works all the same. On the channel's loop.
  package func sendUnpacedOnThisMachine() {
    guard remoteAddress?.isOfThisMachine == true else { return }
    #if os(Linux)
      try? syncOptions?.setOption(.tcpOption(.congestionControl), value: .cubic)
    #endif
  }
}

#if os(Linux)
  extension NIOBSDSocket.Option {
    /// tcp(7), `TCP_CONGESTION`.
    static let congestionControl = NIOBSDSocket.Option(rawValue: TCP_CONGESTION)
  }

  extension SocketOptionValue {
    /// The option's value is a name, which fits into the eight bytes of a number.
    static let cubic = Array("cubic\0\0\0".utf8).withUnsafeBytes { $0.loadUnaligned(as: SocketOptionValue.self) }
  }
#endif
