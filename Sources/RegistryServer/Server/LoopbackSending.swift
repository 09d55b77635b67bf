import FileAccess
import NIOCore

extension Channel {
  /// Takes TCP's oldest congestion control, which every Linux has, for a connection that stays on this machine. BBR would send
  /// at the rate that it has measured, and measures a fraction of what memory gives.
  ///
  /// It is an advice: where the system does not take it, the connection works all the same.
  func sendWithoutPacing() {
    #if os(Linux)
      try? syncOptions?.setOption(.tcpOption(.congestionControl), value: .reno)
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
    static let reno = Array("reno\0\0\0\0".utf8).withUnsafeBytes { $0.loadUnaligned(as: SocketOptionValue.self) }
  }
#endif
