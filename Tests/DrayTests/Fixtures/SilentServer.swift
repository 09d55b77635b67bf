import CLibrary
import Testing

/// A server that takes connections and never says a word.
final class SilentServer: Sendable {
  private let descriptor: Int32
  let port: Int

  init() throws {
    let descriptor = socket(AF_INET, streamSocket, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, size) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, address, &size) == 0
      }
    }
    try #require(isBound)
    self.descriptor = descriptor
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit { close(descriptor) }

  /// Waits until somebody has connected.
  func connection() async -> Int32 {
    await withCheckedContinuation { continuation in
      DispatchThread.run { [descriptor] in
        continuation.resume(returning: accept(descriptor, nil, nil))
      }
    }
  }
}
