import FileAccess
import NIOCore

#if os(Linux)
  import SystemPackage
#endif

/// Congestion control of connections that stay on this machine: the one that Linux has by default, where the system has
/// another one. BBR would send at the rate that it has measured, and measures a fraction of what memory gives.
///
/// All of it is advice: where the system does not take it, connections work all the same.
extension Channel {
  /// For a connection that this machine has begun. On the channel's loop.
  package func sendUnpacedOnThisMachine() {
    guard staysOnThisMachine else { return }
    #if os(Linux)
      take(CongestionControl.cubic)
    #endif
  }

  /// For a listening socket: what it accepts begins unpaced. A connection that has begun with BBR and is changed later keeps its
  /// pacing, which costs the more the more other connections there are. On the channel's loop.
  package func acceptUnpaced() {
    #if os(Linux)
      if CongestionControl.ofSystem != nil { take(CongestionControl.cubic) }
    #endif
  }

  /// For a connection that was accepted by such a socket: from another machine it sends as the system has it. On the channel's
  /// loop.
  package func sendAsSystemDoesToOtherMachines() {
    guard !staysOnThisMachine else { return }
    #if os(Linux)
      take(CongestionControl.ofSystem)
    #endif
  }

  /// Over loopback, or to an address of the network that is this machine's own.
  private var staysOnThisMachine: Bool {
    guard let remoteAddress else { return false }
    return remoteAddress.isOfThisMachine || remoteAddress.ipAddress == localAddress?.ipAddress
  }
}

extension SocketAddress {
  /// Also where a socket that takes both families gives IPv4's address as one of IPv6 (RFC 4291, 2.5.5.2).
  package var isOfThisMachine: Bool {
    ipAddress.map { $0.hasPrefix("127.") || $0.hasPrefix("::ffff:127.") || $0 == "::1" } ?? false
  }
}

#if os(Linux)
  extension Channel {
    fileprivate func take(_ control: CongestionControl?) {
      guard let control else { return }
      try? syncOptions?.setOption(.tcpOption(.congestionControl), value: control.value)
    }
  }

  /// A name of tcp(7), `TCP_CONGESTION`, of at most eight bytes.
  struct CongestionControl {
    static let cubic = CongestionControl("cubic")
    /// What new sockets have; nil where the system does not tell.
    static let ofSystem = (try? FileDescriptor.bytes(of: "/proc/sys/net/ipv4/tcp_congestion_control", limit: 64))
      .flatMap { String(decoding: $0, as: UTF8.self).split(whereSeparator: \.isWhitespace).first }
      .flatMap { CongestionControl(String($0)) }

    /// The name's bytes and zeros after them, which fit into an option that is a number.
    let value: SocketOptionValue

    /// Nil for a longer name.
    init?(_ name: String) {
      guard name.utf8.count <= 8 else { return nil }
      let bytes = Array(name.utf8) + repeatElement(0, count: 8 - name.utf8.count)
      value = bytes.withUnsafeBytes { $0.loadUnaligned(as: SocketOptionValue.self) }
    }
  }

  extension NIOBSDSocket.Option {
    static let congestionControl = NIOBSDSocket.Option(rawValue: TCP_CONGESTION)
  }
#endif
