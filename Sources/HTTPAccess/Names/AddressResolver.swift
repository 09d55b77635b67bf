import FileAccess
import ImageModel
import Waiting

/// Finds the addresses of a server.
package protocol AddressResolver: Sendable {
  /// - Throws: ``TransportError``: `nameNotFound`, `nameWithoutAddress` or `nameLookupFailed`.
  func addresses(of origin: HTTPOrigin) async throws -> [IPAddress]
}

/// The system's own name service.
package struct SystemAddressResolver: AddressResolver {
  private let overrides: AddressOverrides

  package init(overrides: AddressOverrides = AddressOverrides()) {
    self.overrides = overrides
  }

  package func addresses(of origin: HTTPOrigin) async throws -> [IPAddress] {
    let name = overrides.target(of: origin).host
    if let literal = IPAddress(parsing: name) { return [literal] }
    do {
      return try await Workers.current.run { try Self.lookUp(name) }
    } catch let failure as Failure {
      let detail = String(cString: gai_strerror(failure.code))
      throw TransportError(await .nameLookup(of: name, code: failure.code, detail: detail))
    }
  }

  /// An error of getaddrinfo.
  private struct Failure: Error {
    let code: CInt
  }

  private static func lookUp(_ host: String) throws -> [IPAddress] {
    var hints = addrinfo()
    hints.ai_socktype = streamSocketType
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, nil, &hints, &list)
    guard code == 0 else { throw Failure(code: code) }
    defer { freeaddrinfo(list) }
    var found: [IPAddress] = []
    var entry = list
    while let info = entry {
      if let address = address(info.pointee), !found.contains(address) { found.append(address) }
      entry = info.pointee.ai_next
    }
    return found
  }

  private static func address(_ info: addrinfo) -> IPAddress? {
    guard let raw = UnsafeRawPointer(info.ai_addr) else { return nil }
    switch info.ai_family {
    case AF_INET:
      let bytes = withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in.self).sin_addr) { Array($0) }
      return IPAddress(bytes: bytes)
    case AF_INET6:
      let bytes = withUnsafeBytes(of: raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr) { Array($0) }
      return IPAddress(bytes: bytes)
    default: return nil
    }
  }
}
