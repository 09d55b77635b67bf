import CLibrary

/// A loopback port where a connection neither opens nor fails, like an address behind a firewall that drops packets:
/// its queue is full, and nobody takes from it.
public struct BlackHole: ~Copyable {
  private let sockets: [CInt]

  public enum Failure: Error {
    case system(CInt)
    /// Connections still open.
    case notBlack
  }

  /// - Parameter host: an address of IPv4, or "::1".
  public init(host: String, port: Int) throws {
    let listener = Self.socket(host)
    var sockets = [listener]
    do {
      try Self.call(host, port) { bind(listener, $0, $1) }
      guard listen(listener, 0) == 0 else { throw Failure.system(errno) }
      // The queue takes one or two.
      for _ in 0..<4 {
        let client = Self.socket(host)
        sockets.append(client)
        _ = try? Self.call(host, port) { connect(client, $0, $1) }
      }
      guard !Self.isOpen(sockets[sockets.count - 1]) else { throw Failure.notBlack }
    } catch {
      for socket in sockets { close(socket) }
      throw error
    }
    self.sockets = sockets
  }

  deinit {
    for socket in sockets { close(socket) }
  }

  private static func socket(_ host: String) -> CInt {
    let family = host.contains(":") ? AF_INET6 : AF_INET
    let made = CLibrary.socket(family, streamSocket, 0)
    _ = fcntl(made, F_SETFL, O_NONBLOCK)
    return made
  }

  /// Whether a connection is established within 200 ms.
  private static func isOpen(_ socket: CInt) -> Bool {
    var state = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
    return poll(&state, 1, 200) > 0
  }

  private static func call(
    _ host: String, _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
  ) throws {
    let result: CInt
    if host.contains(":") {
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = in_port_t(port).bigEndian
      inet_pton(AF_INET6, host, &address.sin6_addr)
      result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in6>.size)) }
      }
    } else {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = in_port_t(port).bigEndian
      inet_pton(AF_INET, host, &address.sin_addr)
      result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
      }
    }
    guard result == 0 else { throw Failure.system(errno) }
  }
}
