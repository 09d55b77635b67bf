import FoundationEssentials
import Testing

@testable import HTTPAccess
@testable import ImageModel

/// Entries of `subjectAltName` and the host asked for. What is an address here is an `iPAddress` entry, unless it is written
/// `dns:`.
@Suite("Whether a certificate is for a host")
struct CertificateIdentityTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let entries: [String]
    let host: String

    init(_ entries: String..., asked host: String) {
      (self.entries, self.host) = (entries, host)
    }

    var isMatch: Bool {
      var (names, addresses): ([String], [IPAddress]) = ([], [])
      for entry in entries {
        if entry.hasPrefix("dns:") {
          names.append(String(entry.dropFirst(4)))
        } else if let address = IPAddress(parsing: entry) {
          addresses.append(address)
        } else {
          names.append(entry)
        }
      }
      return CertificateIdentity(names: names, addresses: addresses).matches(.init(host: host))
    }

    var testDescription: String { "\(entries) asked as \(host)" }
  }

  private static let long = String(repeating: "a", count: 63)

  static let refused: [Case] = [
    // Other names
    Case(asked: "registry.test"), Case("evil.test", asked: "registry.test"),
    Case("registry.test.evil.test", asked: "registry.test"), Case("registry", asked: "registry.test"),
    Case("registry.test", asked: "registry"), Case("test", asked: "registry.test"),
    Case("notregistry.test", asked: "registry.test"), Case("registry.test", asked: "notregistry.test"),
    Case("a.registry.test", asked: "registry.test"), Case("registry.test", asked: "a.registry.test"),
    Case(".registry.test", asked: "registry.test"), Case(".registry.test", asked: "a.registry.test"),
    Case("registry-test", asked: "registry.test"), Case("localhost", asked: "registry.test"),
    Case("registry.test:443", asked: "registry.test"), Case("https://registry.test", asked: "registry.test"),
    Case("registry.test/", asked: "registry.test"), Case("", asked: "registry.test"), Case(".", asked: "registry.test"),
    // An address is for no name, whatever the name leads to
    Case("127.0.0.1", asked: "registry.test"), Case("127.0.0.1", asked: "localhost"),
    Case("evil.test", "127.0.0.1", asked: "registry.test"), Case("::1", asked: "localhost"),
    Case("0.0.0.0", asked: "registry.test"), Case("::", "127.0.0.1", "10.0.0.1", asked: "registry.test"),
    Case("dns:127.0.0.1", asked: "registry.test"),
    // A name is for no address, nor is an address written as a name
    Case("registry.test", asked: "127.0.0.1"), Case("localhost", asked: "127.0.0.1"), Case("localhost", asked: "::1"),
    Case("dns:127.0.0.1", asked: "127.0.0.1"), Case("dns:::1", asked: "::1"), Case("dns:[::1]", asked: "::1"),
    Case("dns:10.0.0.1", "registry.test", asked: "10.0.0.1"),
    // Other addresses
    Case("127.0.0.1", asked: "127.0.0.2"), Case("10.0.0.1", asked: "10.0.0.10"), Case("10.0.0.10", asked: "10.0.0.1"),
    Case("::1", asked: "127.0.0.1"), Case("127.0.0.1", asked: "::1"), Case("::ffff:127.0.0.1", asked: "127.0.0.1"),
    Case("127.0.0.1", asked: "::ffff:127.0.0.1"), Case("2001:db8::1", asked: "2001:db8::2"),
    Case(asked: "127.0.0.1"), Case(asked: "2001:db8::1"),
    // A wildcard is one whole label, the leftmost, above two others
    Case("*", asked: "registry"), Case("*", asked: "registry.test"), Case("*.", asked: "registry"),
    Case("*.test", asked: "registry.test"), Case("*.test.", asked: "registry.test"),
    Case("*.*", asked: "registry.test"), Case("*.*.test", asked: "a.registry.test"),
    Case("*.registry.test", asked: "registry.test"), Case("*.registry.test", asked: "a.b.registry.test"),
    Case("*.registry.test", asked: ".registry.test"), Case("*.registry.test", asked: "registry.test."),
    Case("*.registry.test", asked: "a.evil.test"), Case("*.registry.test", asked: "aregistry.test"),
    Case("**.registry.test", asked: "a.registry.test"), Case("r*.corp.test", asked: "registry.corp.test"),
    Case("*y.corp.test", asked: "registry.corp.test"), Case("r*y.corp.test", asked: "registry.corp.test"),
    Case("a*.corp.test", asked: "a.corp.test"), Case("registry.*.test", asked: "registry.corp.test"),
    Case("registry.corp.*", asked: "registry.corp.test"), Case("a.*.corp.test", asked: "a.b.corp.test"),
    Case("*..test", asked: "a..test"), Case("*.corp..test", asked: "a.corp.test"),
    Case("xn--*.corp.test", asked: "xn--bcher-kva.corp.test"), Case("?.corp.test", asked: "a.corp.test"),
    // A wildcard is for no address
    Case("*.0.0.1", asked: "127.0.0.1"), Case("*.0.0.1", asked: "127.0.0.1."), Case("*", asked: "127.0.0.1"),
    Case("127.0.0.*", asked: "127.0.0.1"), Case("*.0.0.1", asked: "a.0.0.1"), Case("*", asked: "::1"),
    // What only looks alike
    Case("registry.test\0.evil.test", asked: "registry.test"), Case("registry.test\0", asked: "registry.test"),
    Case(" registry.test", asked: "registry.test"), Case("registry.test ", asked: "registry.test"),
    Case("registry.test\n", asked: "registry.test"), Case("registry.test,evil.test", asked: "registry.test"),
    Case("registry..test", asked: "registry.test"), Case("registry.test..", asked: "registry.test"),
    Case("registry.test", asked: "registry.test.."), Case("registry.test", asked: ""),
    Case("registry.test", asked: "."),
    Case("b\u{fc}cher.test", asked: "xn--bcher-kva.test"), Case("xn--bcher-kva.test", asked: "b\u{fc}cher.test"),
    Case("b\u{fc}cher.test", asked: "b\u{fc}cher.test"), Case("\u{212a}ube.test", asked: "kube.test"),
    Case("reg\u{131}stry.test", asked: "registry.test"), Case("re\u{fb01}.test", asked: "refi.test"),
    Case("\u{ff0a}.corp.test", asked: "a.corp.test"), Case("registry\u{3002}test", asked: "registry.test"),
    Case("\(long)a.corp.test", asked: "\(long)a.corp.test"),
  ]

  static let accepted: [Case] = [
    Case("registry.test", asked: "registry.test"), Case("evil.test", "registry.test", asked: "registry.test"),
    Case("127.0.0.1", "registry.test", asked: "registry.test"), Case("REGISTRY.Test", asked: "registry.test"),
    Case("registry.test", asked: "Registry.TEST"), Case("localhost", asked: "localhost"),
    Case("registry", asked: "registry"), Case("registry.test", asked: "registry.test."),
    Case("registry.test.", asked: "registry.test"), Case("registry.test.", asked: "registry.test."),
    Case("*.corp.test", asked: "registry.corp.test"), Case("*.corp.test", asked: "REGISTRY.Corp.test"),
    Case("*.corp.test", asked: "registry.corp.test."), Case("*.corp.test.", asked: "registry.corp.test"),
    Case("*.a.b.corp.test", asked: "registry.a.b.corp.test"), Case("*.corp.test", asked: "1.corp.test"),
    Case("*.corp.test", asked: "xn--bcher-kva.corp.test"), Case("XN--BCHER-KVA.test", asked: "xn--bcher-kva.test"),
    Case("*.xn--bcher-kva.test", asked: "a.xn--bcher-kva.test"), Case("my_registry.test", asked: "my_registry.test"),
    Case("\(long).test", asked: "\(long).test"), Case("127.0.0.1", asked: "127.0.0.1"),
    Case("evil.test", "10.0.0.1", "127.0.0.1", asked: "127.0.0.1"), Case("::1", asked: "::1"),
    Case("2001:db8::1", asked: "2001:0db8:0:0:0:0:0:1"), Case("::ffff:127.0.0.1", asked: "::ffff:7f00:1"),
  ]

  @Test("T131: a certificate for anything else is refused", arguments: refused)
  func refuses(_ one: Case) {
    #expect(!one.isMatch)
  }

  @Test("T131: a certificate for the host is accepted", arguments: accepted)
  func accepts(_ one: Case) {
    #expect(one.isMatch)
  }

  @Test("T131: the table has the sixty variants and more")
  func count() {
    #expect(Self.refused.count >= 60)
    #expect(Set(Self.refused.map(\.testDescription)).count == Self.refused.count)
  }

  @Test("T131: TLS is made in one place, which checks; nothing goes past it")
  func onePlace() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")
    var makers: Set<String> = []
    for file in try FileManager.default.subpathsOfDirectory(atPath: sources.path()) where file.hasSuffix(".swift") {
      let text = String(decoding: try Data(contentsOf: sources.appending(path: file)), as: UTF8.self)
      let marks = [
        "NIOSSLClientHandler(", "_makeSSLClientHandler", "NIOSSLContext(", "tlsConfiguration:", "https://\\(",
      ]
      for mark in marks where text.contains(mark) { makers.insert("\(file): \(mark)") }
    }
    let path = "HTTPAccess/Trust/HostTLS.swift"
    // What a server shows its clients, and text that is printed for them: no connection is opened by these.
    let server = [
      "RegistryServer/Certificates/ServerCertificate.swift: NIOSSLContext(",
      "RegistryServer/Registry/ClientConfiguration.swift: https://\\(",
    ]
    #expect(
      makers.subtracting(server) == [
        "\(path): NIOSSLClientHandler(", "\(path): _makeSSLClientHandler", "\(path): NIOSSLContext(",
      ])
  }
}
