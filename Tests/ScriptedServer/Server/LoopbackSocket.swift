import CLibrary

/// A TCP connection to a port of 127.0.0.1, by plain system calls. Blocks its thread.
package struct LoopbackSocket: ~Copyable {
  package enum Arrival {
    case bytes([UInt8])
    /// FIN.
    case closed
    case reset
    /// Nothing within the time given.
    case nothing
  }

  package struct Failure: Error {
    let call: String
    let number: CInt
  }

  private let descriptor: CInt

  package init(port: Int) throws {
    descriptor = socket(AF_INET, streamSocket, 0)
    guard descriptor >= 0 else { throw Failure(call: "socket", number: errno) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Failure(call: "connect", number: errno) }
  }

  deinit {
    _ = close(descriptor)
  }

  package func transmit(_ bytes: [UInt8]) throws {
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { throw Failure(call: "send", number: errno) }
      offset += count
    }
  }

  package func receive(atMost limit: Int, milliseconds: CInt) -> Arrival {
    var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&wait, 1, milliseconds) > 0 else { return .nothing }
    var buffer = [UInt8](repeating: 0, count: min(limit, 1 << 16))
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count != 0 else { return .closed }
    guard count > 0 else { return .reset }
    return .bytes(Array(buffer[..<count]))
  }
}
