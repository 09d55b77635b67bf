import FileAccess
import NIOCore

extension Channel {
  /// Bounds what the system takes from this process for a connection before it can be sent (tcp(7), `TCP_NOTSENT_LOWAT`). Linux
  /// takes megabytes for a client that reads nothing, and a thousand of those fill its memory for TCP: then every connection of
  /// the machine becomes slow. What is on its way to the client does not count.
  ///
  /// - Parameter count: bytes. Where the system has no such bound, it keeps its own. On the channel's loop.
  func limitUnsentBytes(to count: Int) {
    #if os(Linux)
      let option = NIOBSDSocket.Option(rawValue: TCP_NOTSENT_LOWAT)
      try? syncOptions?.setOption(.tcpOption(option), value: SocketOptionValue(count))
    #endif
  }
}
