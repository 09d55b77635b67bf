import Testing

@testable import RegistryClient

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

  @Test(
    "T032: refused before the name system is asked",
    arguments: [
      ("http://registry.example/token", RegistryError.RealmRefusal.unencrypted),
      ("https://0x7f.1/token", .malformed), ("https://2130706433/token", .malformed),
      ("https://0177.0.0.1/token", .malformed),
    ])
  func atOnce(realm: String, refusal: RegistryError.RealmRefusal) throws {
    let policy = RealmPolicy(registry: try origin("https://registry.example"), trustedHosts: [])
    #expect(policy.refusalWithoutAddresses(realm: try origin(realm)) == refusal)
  }
}
