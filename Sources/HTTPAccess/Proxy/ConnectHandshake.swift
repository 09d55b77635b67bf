/// Asks an HTTP proxy for a tunnel (RFC 9110 §9.3.6), as a value: bytes in, a verdict out.
struct ConnectHandshake: Sendable, ProxyHandshake {
  /// The longest answer, in bytes.
  private static let limit = 16 << 10

  private let target: String
  private let authorization: String?
  private var buffer: [UInt8] = []

  /// - Parameters:
  ///   - target: `host:port`, an IPv6 address in brackets.
  ///   - authorization: the value of `Proxy-Authorization`.
  init(target: String, authorization: String?) {
    self.target = target
    self.authorization = authorization
  }

  var opening: [UInt8] {
    let login = authorization.map { "Proxy-Authorization: \($0)\r\n" } ?? ""
    return Array("CONNECT \(target) HTTP/1.1\r\nHost: \(target)\r\n\(login)\r\n".utf8)
  }

  mutating func receive(_ bytes: [UInt8]) -> ProxyHandshakeStep {
    buffer += bytes
    while true {
      guard let end = Self.end(of: buffer) else {
        return buffer.count > Self.limit || !Self.mayBeHTTP(buffer) ? .failure(.notProxy) : .wait(send: [])
      }
      let head = AnswerHead(parsing: buffer[..<end])
      buffer.removeFirst(end)
      guard let head else { return .failure(.notProxy) }
      switch head.status {
      // Interim answers come before the real one (RFC 9110 §15.2).
      case 100..<200: continue
      case 200..<300: return .open(leftover: buffer)
      default: return .failure(head.failure(hasLogin: authorization != nil))
      }
    }
  }

  /// Behind the empty line.
  private static func end(of bytes: [UInt8]) -> Int? {
    var index = 0
    while let feed = bytes[index...].firstIndex(of: 0x0a) {
      let next = feed + 1
      if next < bytes.count, bytes[next] == 0x0a { return next + 1 }
      if next + 1 < bytes.count, bytes[next] == 0x0d, bytes[next + 1] == 0x0a { return next + 2 }
      index = next
    }
    return nil
  }

  private static func mayBeHTTP(_ bytes: [UInt8]) -> Bool {
    zip(bytes, "HTTP/1.".utf8).allSatisfy { $0 == $1 }
  }

  /// The status and the challenges of an answer.
  private struct AnswerHead {
    let status: Int
    private var schemes: [String] = []

    init?(parsing bytes: ArraySlice<UInt8>) {
      let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      guard let first = lines.first else { return nil }
      let parts = first.split(separator: " ", maxSplits: 2)
      guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), parts[1].utf8.count == 3, let status = Int(parts[1]),
        (100..<600).contains(status)
      else { return nil }
      self.status = status
      for line in lines.dropFirst() {
        let field = line.split(separator: ":", maxSplits: 1)
        guard field.count == 2, field[0].lowercased() == "proxy-authenticate" else { continue }
        schemes += Challenge.parse([String(field[1])]).map(\.scheme)
      }
    }

    func failure(hasLogin: Bool) -> ProxyFailure.Reason {
      switch status {
      case 407: .login(schemes: schemes, hasLogin: hasLogin)
      case 500..<600: .gateway(status: status)
      default: .refused(status: status)
      }
    }
  }
}

extension ProxyFailure.Reason {
  /// What a 407 with these challenges means.
  static func login(schemes: [String], hasLogin: Bool) -> ProxyFailure.Reason {
    let known = schemes.isEmpty || schemes.contains { $0 == "basic" }
    if !known { return .loginUnsupported(schemes: schemes.joined(separator: ", ")) }
    return hasLogin ? .loginRefused : .loginRequired
  }
}
