import Testing

@testable import HTTPAccess
@testable import ImageModel
@testable import RegistryAuth

@Suite("Who is asked for a token, and who is told the password")
struct RealmPolicyTests {
  private func origin(_ text: String) throws -> HTTPOrigin {
    try #require(AbsoluteURL(parsing: text)?.origin)
  }

  private func decision(
    _ registry: String, at registryAddress: String, realm: String, at realmAddresses: [String],
    trusting: Set<String> = []
  ) throws -> RealmPolicy.Decision {
    let policy = RealmPolicy(registry: try origin(registry), trustedHosts: trusting)
    return policy.decision(
      realm: try origin(realm), registryAddresses: [try #require(IPAddress(parsing: registryAddress))],
      realmAddresses: try realmAddresses.map { try #require(IPAddress(parsing: $0)) })
  }

  private func pin(_ text: String) throws -> IPAddress { try #require(IPAddress(parsing: text)) }

  @Test(
    "T031: credentials go to these",
    arguments: [
      ("https://registry-1.docker.io", "https://auth.docker.io/token"),
      ("https://registry.corp.local", "https://gitlab.corp.local/jwt/auth"),
      ("https://registry.corp.local", "https://corp.local/token"),
      ("https://gitlab.example:5050", "https://gitlab.example/jwt/auth"),
      ("https://192.0.2.7:5000", "https://192.0.2.7/service/token"),
      ("https://registry.dev.corp.co.uk", "https://login.dev.corp.co.uk/token"),
      ("http://127.0.0.1:5000", "http://127.0.0.1:5001/token"),
    ])
  func trusted(registry: String, realm: String) throws {
    let address = registry.hasPrefix("http:") ? "127.0.0.1" : "203.0.113.1"
    let decision = try decision(registry, at: address, realm: realm, at: [address])
    #expect(decision == .sendCredentials(try pin(address)))
  }

  @Test(
    "T030: these are not told the password",
    arguments: [
      ("https://registry.example", "https://attacker.example/token"),
      ("https://registry.co.uk", "https://attacker.co.uk/token"),
      ("https://project.github.io", "https://attacker.github.io/token"),
      ("https://a.eu-west-1.elb.amazonaws.com", "https://b.eu-west-1.elb.amazonaws.com/token"),
      ("https://registry.com.cn", "https://attacker.com.cn/token"),
      ("https://registry.example.", "https://attacker.example./token"),
      ("https://192.0.2.7", "https://x.0.2.7.example/token"),
      ("https://registry.corp.local", "https://corp.local.attacker.test/token"),
      ("https://registry.corp.local", "https://xcorp.local/token"),
      ("https://registry-1.docker.io", "https://auth.docker.io.attacker.test/token"),
      ("http://registry.corp.local", "http://token.corp.local/token"),
    ])
  func untrusted(registry: String, realm: String) throws {
    let decision = try decision(registry, at: "203.0.113.1", realm: realm, at: ["203.0.113.2"])
    #expect(decision == .anonymousOnly(try pin("203.0.113.2")))
  }

  @Test("--trust-realm names one host")
  func named() throws {
    let decision = try decision(
      "https://registry.example", at: "203.0.113.1", realm: "https://login.example.net/token", at: ["203.0.113.2"],
      trusting: ["Login.Example.Net"])
    #expect(decision == .sendCredentials(try pin("203.0.113.2")))
  }

  @Test(
    "T032: a registry in the world does not send dray into a private network",
    arguments: [
      "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "169.254.169.254", "::1", "fe80::1",
      "fd00::1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "0.0.0.0",
    ])
  func privateRealm(address: String) throws {
    let decision = try decision(
      "https://registry.example", at: "203.0.113.1", realm: "https://token.example/t", at: ["203.0.113.2", address])
    #expect(decision == .refused(.privateAddress))
  }

  @Test("T032: metadata services are nobody's realm, whoever asks")
  func metadata() throws {
    let decision = try decision(
      "https://registry.corp.local", at: "10.0.0.1", realm: "https://token.corp.local/t", at: ["169.254.169.254"])
    #expect(decision == .refused(.privateAddress))
  }

  @Test("T031: a registry in a private network may have its token service there")
  func bothPrivate() throws {
    let decision = try decision(
      "https://registry.corp.local", at: "192.168.1.5", realm: "https://token.corp.local/t", at: ["10.1.2.3"])
    #expect(decision == .sendCredentials(try pin("10.1.2.3")))
  }

  @Test("T032: an unencrypted realm of an encrypted registry is refused before the name system is asked")
  func unencrypted() throws {
    let policy = RealmPolicy(registry: try origin("https://registry.example"), trustedHosts: ["registry.example"])
    #expect(policy.refusalWithoutAddresses(realm: try origin("http://registry.example/token")) == .unencrypted)
    #expect(policy.refusalWithoutAddresses(realm: try origin("https://login.example/token")) == nil)
  }

  @Test(
    "T032: a realm that only some resolvers take for an address is no address of a realm",
    arguments: ["0x7f.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.1", "127.0.0.1.", "1.2.3.4.5", "300.1.1.1"])
  func oddForms(host: String) {
    #expect(AbsoluteURL(parsing: "https://\(host)/token") == nil)
    #expect(HTTPOrigin(scheme: .https, host: host, port: nil) == nil)
  }

  @Test(
    "T031: the registry's own origin is asked, wherever it is",
    arguments: ["127.0.0.1", "192.168.1.10", "fd00::10", "169.254.1.1", "203.0.113.1"])
  func ownOrigin(address: String) throws {
    let decision = try decision(
      "https://harbor.lan", at: address, realm: "https://harbor.lan/service/token", at: [address])
    #expect(decision == .sendCredentials(try pin(address)))
  }

  @Test(
    "a registry with an address in the world and one in a private network is one of the world",
    arguments: [["10.0.0.1", "203.0.113.1"], []])
  func mixedRegistry(addresses: [String]) throws {
    let policy = RealmPolicy(registry: try origin("https://registry.corp.local"), trustedHosts: [])
    let decision = policy.decision(
      realm: try origin("https://token.corp.local"),
      registryAddresses: try addresses.map(pin), realmAddresses: [try pin("10.0.0.2")])
    #expect(decision == .refused(.privateAddress))
  }

  @Test("T030: --trust-realm is about the password: it opens neither plain HTTP nor a private network")
  func limitsOfTrust() throws {
    let named: Set<String> = ["token.lan"]
    #expect(
      try decision(
        "https://registry.example", at: "203.0.113.1", realm: "http://token.lan/", at: ["203.0.113.2"], trusting: named)
        == .refused(.unencrypted))
    #expect(
      try decision(
        "https://registry.example", at: "203.0.113.1", realm: "https://token.lan/", at: ["10.0.0.1"], trusting: named)
        == .refused(.privateAddress))
    #expect(
      try decision("http://registry.lan", at: "10.0.0.1", realm: "http://token.lan/", at: ["10.0.0.2"], trusting: named)
        == .anonymousOnly(pin("10.0.0.2")))
    #expect(
      try decision(
        "https://registry.example", at: "203.0.113.1", realm: "https://token.lan:8443/", at: ["203.0.113.2"],
        trusting: ["token.lan:443"])
        == .anonymousOnly(pin("203.0.113.2")))
  }

  @Test(
    "plain HTTP on this machine: one host, or a named one",
    arguments: [
      ("http://localhost:5000", "http://localhost:5001/auth", [], true),
      ("http://localhost:5000", "http://127.0.0.1:5001/auth", [], false),
      ("http://localhost:5000", "http://127.0.0.1:5001/auth", ["127.0.0.1:5001"], true),
      ("http://localhost:5000", "https://localhost:5001/auth", [], true),
    ] as [(String, String, Set<String>, Bool)])
  func loopback(registry: String, realm: String, trusting: Set<String>, sends: Bool) throws {
    let decision = try decision(registry, at: "127.0.0.1", realm: realm, at: ["127.0.0.1"], trusting: trusting)
    #expect(decision == (sends ? .sendCredentials(try pin("127.0.0.1")) : .anonymousOnly(try pin("127.0.0.1"))))
  }

  @Test("a host called localhost that is elsewhere is not this machine")
  func falseLoopback() throws {
    let decision = try decision(
      "http://localhost:5000", at: "10.0.0.1", realm: "http://localhost:5001/", at: ["10.0.0.1"])
    #expect(decision == .anonymousOnly(try pin("10.0.0.1")))
  }

  @Test(
    "known token services, and names beside them that are not",
    arguments: [
      ("registry-1.docker.io", "auth.docker.io", true), ("registry.gitlab.com", "gitlab.com", true),
      ("nvcr.io", "authn.nvidia.com", true), ("nvcr.io", "authn.nvidia.com.evil.test", false),
      ("registry.cn-shanghai.aliyuncs.com", "dockerauth.cn-hangzhou.aliyuncs.com", true),
      ("demo-registry.cn-beijing.cr.aliyuncs.com", "dockerauth-ee.cn-beijing.aliyuncs.com", true),
      ("demo-registry.cn-zhangjiakou.cr.aliyuncs.com", "dockerauth-cn-zhangjiakou.aliyuncs.com", true),
      ("registry.cn-hangzhou.aliyuncs.com", "dockerauth.oss-cn-hangzhou.aliyuncs.com", false),
      ("registry.oss-cn-hangzhou.aliyuncs.com", "dockerauth.oss-cn-hangzhou.aliyuncs.com", false),
      ("registry.example.com", "auth.docker.io", false),
    ])
  func known(registry: String, realm: String, sends: Bool) throws {
    let decision = try decision(
      "https://\(registry)", at: "203.0.113.1", realm: "https://\(realm)/", at: ["203.0.113.2"])
    #expect(decision == (sends ? .sendCredentials(try pin("203.0.113.2")) : .anonymousOnly(try pin("203.0.113.2"))))
  }
}
