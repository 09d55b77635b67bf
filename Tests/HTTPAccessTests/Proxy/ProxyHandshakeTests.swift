import SeededRandom
import Testing

@testable import HTTPAccess

@Suite("Handshakes with proxies")
struct ProxyHandshakeTests {
  /// Gives an answer in pieces of one byte, and in one piece: the verdict must be the same.
  private func verdict(_ make: () -> some ProxyHandshake, _ answer: [UInt8]) -> ProxyHandshakeStep? {
    var whole = make()
    let first = whole.receive(answer)
    var slow = make()
    for (index, byte) in answer.enumerated() {
      switch slow.receive([byte]) {
      case .wait: continue
      case .open(let leftover):
        #expect(first == .open(leftover: leftover + answer[(index + 1)...]))
        return first
      case .failure(let reason):
        #expect(first == .failure(reason))
        return first
      }
    }
    if case .wait = first { return nil }
    Issue.record("one piece decided, single bytes did not")
    return first
  }

  private func connect(_ answer: String, authorization: String? = nil) -> ProxyHandshakeStep? {
    verdict({ ConnectHandshake(target: "registry.example:443", authorization: authorization) }, Array(answer.utf8))
  }

  @Test("T076: what a proxy answers to CONNECT is told apart")
  func connectAnswers() {
    #expect(connect("HTTP/1.1 200 Connection established\r\n\r\n") == .open(leftover: []))
    #expect(connect("HTTP/1.0 200\r\nVia: x\r\n\r\nhello") == .open(leftover: Array("hello".utf8)))
    #expect(connect("HTTP/1.1 200 OK\n\n") == .open(leftover: []))
    #expect(connect("HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\n\r\n") == .open(leftover: []))
    #expect(connect("HTTP/1.1 403 Forbidden\r\n\r\n") == .failure(.refused(status: 403)))
    #expect(connect("HTTP/1.1 502 Bad Gateway\r\n\r\n") == .failure(.gateway(status: 502)))
    #expect(connect("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n") == .failure(.loginRequired))
    #expect(connect("HTTP/1.1 407 No\r\n\r\n", authorization: "Basic eA==") == .failure(.loginRefused))
    #expect(
      connect("HTTP/1.1 407 No\r\nproxy-authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n")
        == .failure(.loginUnsupported(schemes: "negotiate, ntlm")))
    #expect(connect("SSH-2.0-OpenSSH_9\r\n") == .failure(.notProxy))
    #expect(connect("HTTP/1.1 2xx\r\n\r\n") == .failure(.notProxy))
    #expect(connect("HTTP/1.1 200 OK\r\n") == nil)
  }

  @Test("An endless answer to CONNECT ends")
  func endless() {
    var handshake = ConnectHandshake(target: "a:1", authorization: nil)
    #expect(handshake.receive(Array("HTTP/1.1 200 OK\r\n".utf8)) == .wait(send: []))
    #expect(handshake.receive([UInt8](repeating: 0x61, count: 70_000)) == .failure(.notProxy))
  }

  @Test("CONNECT names the host twice and the password once")
  func opening() {
    let handshake = ConnectHandshake(target: "[::1]:443", authorization: "Basic eA==")
    #expect(
      String(decoding: handshake.opening, as: UTF8.self)
        == "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\nProxy-Authorization: Basic eA==\r\n\r\n")
  }

  @Test("SOCKS 5 asks by name, by address, with and without a password")
  func socks() {
    var plain = SOCKSHandshake(host: "registry.example", port: 443, login: nil)
    #expect(plain.opening == [5, 1, 0])
    let name = Array("registry.example".utf8)
    #expect(plain.receive([5, 0]) == .wait(send: [5, 1, 0, 3, 16] + name + [1, 0xbb]))
    #expect(plain.receive([5, 0, 0, 1, 1, 2, 3, 4, 0, 80, 9]) == .open(leftover: [9]))

    var named = SOCKSHandshake(host: "10.0.0.1", port: 80, login: .init(username: "me", password: "pw"))
    #expect(named.opening == [5, 2, 0, 2])
    #expect(named.receive([5, 2]) == .wait(send: [1, 2, 0x6d, 0x65, 2, 0x70, 0x77]))
    #expect(named.receive([1, 0]) == .wait(send: [5, 1, 0, 1, 10, 0, 0, 1, 0, 80]))
    #expect(named.receive([5, 0, 0, 3, 1, 0x61]) == .wait(send: []))
    #expect(named.receive([0, 80]) == .open(leftover: []))
  }

  @Test("SOCKS 5 refusals are told apart")
  func socksRefusals() {
    func handshake(_ login: Proxy.Login? = nil) -> SOCKSHandshake { SOCKSHandshake(host: "a", port: 1, login: login) }
    let login = Proxy.Login(username: "me", password: "pw")
    #expect(verdict({ handshake() }, [5, 0xff]) == .failure(.loginRequired))
    #expect(verdict({ handshake(login) }, [5, 0xff]) == .failure(.loginRefused))
    #expect(verdict({ handshake() }, [5, 1]) == .failure(.notProxy))
    #expect(verdict({ handshake() }, [4, 0x5a]) == .failure(.notProxy))
    #expect(verdict({ handshake() }, Array("HTTP/1.1 400".utf8)) == .failure(.notProxy))
    var second = handshake(login)
    _ = second.receive([5, 2])
    #expect(second.receive([1, 1]) == .failure(.loginRefused))
    var third = handshake()
    _ = third.receive([5, 0])
    #expect(third.receive([5, 5, 0, 1, 0, 0, 0, 0, 0, 0]) == .failure(.socks(code: 5)))
  }

  @Test("T098: random answers end in a verdict or in waiting, never in a trap")
  func random() {
    var random = SeededRandom(seed: 76)
    let seeds = [
      Array("HTTP/1.1 407 x\r\nProxy-Authenticate: Basic realm=\"".utf8), [5, 0, 5, 0, 0, 3, 255],
      [5, 2, 1, 0, 5, 0, 0, 4],
      Array("HTTP/1.1 100 \r\n\r\nHTTP/1.1 2".utf8),
    ]
    for round in 0..<20_000 {
      var bytes = seeds[round % seeds.count]
      for _ in 0..<Int.random(in: 0..<6, using: &random) {
        guard !bytes.isEmpty else { break }
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      bytes += (0..<Int.random(in: 0..<40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      var connect = ConnectHandshake(target: "a:1", authorization: nil)
      var socks = SOCKSHandshake(host: "a", port: 1, login: .init(username: "a", password: "b"))
      for piece in stride(from: 0, to: bytes.count, by: 7) {
        let part = Array(bytes[piece..<min(piece + 7, bytes.count)])
        _ = connect.receive(part)
        _ = socks.receive(part)
      }
    }
  }
}
