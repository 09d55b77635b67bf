import ImageModel

/// Asks a SOCKS 5 proxy for a connection (RFC 1928), with a name and a password where they are known (RFC 1929).
struct SOCKSHandshake: Sendable, ProxyHandshake {
  private let host: String
  private let port: Int
  private let login: Proxy.Login?
  private var state = State.method
  private var buffer: [UInt8] = []

  private enum State: Sendable {
    case method, login, reply
  }

  private static let noLogin: UInt8 = 0x00
  private static let password: UInt8 = 0x02
  private static let noneAcceptable: UInt8 = 0xff

  /// - Parameter host: a name of at most 253 bytes, or an address.
  init(host: String, port: Int, login: Proxy.Login?) {
    self.host = host
    self.port = port
    self.login = login
  }

  var opening: [UInt8] {
    login == nil ? [5, 1, Self.noLogin] : [5, 2, Self.noLogin, Self.password]
  }

  mutating func receive(_ bytes: [UInt8]) -> ProxyHandshakeStep {
    buffer += bytes
    switch state {
    case .method:
      guard let answer = take(2, version: 5) else { return waiting(version: 5) }
      return chose(answer[1])
    case .login:
      guard let answer = take(2, version: 1) else { return waiting(version: 1) }
      guard answer[1] == 0 else { return .failure(.loginRefused) }
      state = .reply
      return .wait(send: request)
    case .reply:
      guard let length = replyLength else { return waiting(version: 5) }
      guard let answer = take(length, version: 5) else { return waiting(version: 5) }
      return answer[1] == 0 ? .open(leftover: buffer) : .failure(.socks(code: answer[1]))
    }
  }

  private mutating func chose(_ method: UInt8) -> ProxyHandshakeStep {
    switch (method, login) {
    case (Self.noLogin, _):
      state = .reply
      return .wait(send: request)
    case (Self.password, let login?):
      state = .login
      let (name, word) = (Array(login.username.utf8), Array(login.password.utf8))
      guard let nameLength = UInt8(exactly: name.count), let wordLength = UInt8(exactly: word.count) else {
        return .failure(.malformed)
      }
      return .wait(send: [1, nameLength] + name + [wordLength] + word)
    case (Self.noneAcceptable, nil): return .failure(.loginRequired)
    case (Self.noneAcceptable, _): return .failure(.loginRefused)
    default: return .failure(.notProxy)
    }
  }

  private var request: [UInt8] {
    var bytes: [UInt8] = [5, 1, 0]
    if let address = IPAddress(parsing: host) {
      bytes += [address.bytes.count == 4 ? 1 : 4] + address.bytes
    } else {
      let name = Array(host.utf8.prefix(255))
      bytes += [3, UInt8(truncatingIfNeeded: name.count)] + name
    }
    return bytes + [UInt8(truncatingIfNeeded: port >> 8), UInt8(truncatingIfNeeded: port)]
  }

  /// The reply's length, which depends on the kind of the address in it.
  private var replyLength: Int? {
    guard buffer.count >= 5 else { return nil }
    return switch buffer[3] {
    case 1: 4 + 4 + 2
    case 3: 4 + 1 + Int(buffer[4]) + 2
    case 4: 4 + 16 + 2
    // A failure may carry no address that means anything.
    default: 5
    }
  }

  /// The next `count` bytes, once they are there.
  private mutating func take(_ count: Int, version: UInt8) -> [UInt8]? {
    guard buffer.count >= count, buffer[0] == version else { return nil }
    let taken = Array(buffer[..<count])
    buffer.removeFirst(count)
    return taken
  }

  private func waiting(version: UInt8) -> ProxyHandshakeStep {
    if let first = buffer.first, first != version { return .failure(.notProxy) }
    // The longest reply: four bytes, a name of 255 with its length, a port.
    return buffer.count > 262 ? .failure(.notProxy) : .wait(send: [])
  }
}
