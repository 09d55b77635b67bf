import NIOCore
import ScriptedServer
import Testing

@testable import HTTPAccess
@testable import ImageModel

@Suite("T074: what name servers do")
struct NameServerTests {
  private func finding(_ server: ScriptedNameServer) async throws -> NameServerFinding? {
    let address = NameServerAddress(try #require(IPAddress(parsing: server.address)), port: server.port)
    return await NameServerDiagnosis([address], NameQuestion("registry.test"), patience: .seconds(1)).findings().first
  }

  @Test(
    "each answer is told from the others, over IPv4 and IPv6", arguments: ["127.0.0.1", "::1"],
    [
      (ScriptedNameServer.Answer.serverFailure, NameServerFinding.Answer.failed(code: 2)), (.refusal, .failed(code: 5)),
      (.silence, .silent(seconds: 1)), (.noise, .malformed), (.addresses(["10.0.0.1"]), .answered),
      (.noSuchName, .answered),
    ])
  func answers(address: String, sample: (ScriptedNameServer.Answer, NameServerFinding.Answer)) async throws {
    try await ScriptedNameServer.run(sample.0, at: address, port: 0) { server in
      let found = try await finding(server)
      #expect(found == NameServerFinding(address: address, sample.1))
      #expect(server.questions == 1)
    }
  }

  @Test("nobody listens there", arguments: ["127.0.0.1", "::1"])
  func nobody(address: String) async throws {
    var found: NameServerFinding?
    var port = 0
    try await ScriptedNameServer.run(.silence, at: address, port: 0) { port = $0.port }
    let server = NameServerAddress(try #require(IPAddress(parsing: address)), port: port)
    found = await NameServerDiagnosis([server], NameQuestion("registry.test")).findings().first
    #expect(found?.answer == .unreachable(detail: "Connection refused"))
  }

  @Test("a cancelled task waits for no answer")
  func cancelled() async throws {
    try await ScriptedNameServer.run(.silence, at: "127.0.0.1", port: 0) { server in
      let address = NameServerAddress(try #require(IPAddress(parsing: server.address)), port: server.port)
      // With the patience of a day this test would not end.
      let diagnosis = NameServerDiagnosis([address], NameQuestion("registry.test"), patience: .hours(24))
      let task = Task { await diagnosis.findings() }
      task.cancel()
      #expect(await task.value.count == 1)
    }
  }

  @Test("the question is what the name system takes")
  func question() {
    let question = NameQuestion("a.test", identifier: 0x1234)
    #expect(
      question?.message == [
        0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 4, 0x74, 0x65, 0x73, 0x74, 0, 0, 1, 0, 1,
      ])
    #expect(NameQuestion("a.test.", identifier: 0x1234)?.message == question?.message)
    for name in ["", ".", "a..b", String(repeating: "a", count: 64), String(repeating: "a.", count: 127) + "ab"] {
      #expect(NameQuestion(name) == nil, "\(name)")
    }
  }

  @Test("what is no answer to the question is none")
  func answerForms() throws {
    let question = try #require(NameQuestion("a.test", identifier: 0x1234))
    let good = [0x12, 0x34, 0x81, 0x82, 0, 1, 0, 0, 0, 0, 0, 0] + question.message.dropFirst(12)
    #expect(question.code(ofAnswer: good) == 2)
    #expect(question.code(ofAnswer: good + [1, 2, 3]) == 2)
    #expect(question.code(ofAnswer: good.enumerated().map { $0.offset == 13 ? 0x41 : $0.element }) == 2)
    // Who refuses may leave the question out; who answers may not.
    #expect(question.code(ofAnswer: [0x12, 0x34, 0x80, 5, 0, 0, 0, 0, 0, 0, 0, 0]) == 5)
    #expect(question.code(ofAnswer: [0x12, 0x34, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0]) == nil)
    #expect(question.code(ofAnswer: question.message) == nil)
    for (place, byte) in [(0, 0x13), (2, 0x01), (2, 0x89), (4, 1), (5, 2), (13, 0x62), (22, 2)] as [(Int, UInt8)] {
      var bytes = Array(good)
      bytes[place] = byte
      #expect(question.code(ofAnswer: bytes) == nil, "\(place)")
    }
    for length in 0..<good.count { #expect(question.code(ofAnswer: Array(good[..<length])) == nil, "\(length)") }
  }

  @Test("resolv.conf: the first three name servers, the last domain; what is none is passed over")
  func configuration() {
    let text = """
      # nameserver 10.0.0.9
      ; nameserver 10.0.0.9
        nameserver 10.0.0.9
      nameserver
      nameserver ns.example.com
      nameserver\t10.0.0.1 # the first
      domain old.example
      search corp.example example
      nameserver fe80::1%eth0
      nameserver fe80::1%e\u{1b}[31m
      nameserver 10.0.0.2%eth0
      nameserver 2001:DB8::53\r
      nameserver 10.0.0.4
      options timeout:1
      """
    let configuration = ResolverConfiguration(parsing: Array(text.utf8))
    #expect(configuration.servers.map(\.description) == ["10.0.0.1", "fe80::1%eth0", "2001:db8::53"])
    #expect(
      configuration.question(for: "harbor")?.message.dropFirst(2)
        == NameQuestion("harbor.corp.example")?.message.dropFirst(2))
    #expect(configuration.question(for: "a.test")?.message.dropFirst(2) == NameQuestion("a.test")?.message.dropFirst(2))
    #expect(ResolverConfiguration(parsing: []).servers.map(\.description) == ["127.0.0.1"])
  }
}
