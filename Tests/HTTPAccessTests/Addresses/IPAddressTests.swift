import CLibrary
import SeededRandom
import Testing

@testable import HTTPAccess
@testable import ImageModel

@Suite("IP addresses")
struct IPAddressTests {
  @Test(
    "plain forms are read, and written as RFC 5952 has them",
    arguments: [
      ("127.0.0.1", "127.0.0.1"), ("255.255.255.255", "255.255.255.255"), ("::", "::"), ("::1", "::1"),
      ("0:0:0:0:0:0:0:1", "::1"), ("2001:DB8::1", "2001:db8::1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
      ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("1::", "1::"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
      ("::ffff:169.254.169.254", "::ffff:169.254.169.254"), ("::FFFF:a9fe:a9fe", "::ffff:169.254.169.254"),
      ("64:ff9b::10.0.0.1", "64:ff9b::a00:1"),
    ])
  func forms(text: String, description: String) throws {
    #expect(try #require(IPAddress(parsing: text)).description == description)
  }

  @Test(
    "T032: what some readers take for an address is none",
    arguments: [
      "", "0x7f.1", "2130706433", "0177.0.0.1", "127.1", "127.0.0.01", "127.0.0.1.", " 127.0.0.1", "127.0.0.1\0",
      "127.0.0.256", "1.2.3", "1.2.3.4.5", "+1.2.3.4", "fe80::1%eth0", "[::1]", ":", ":::", "::1::", "1::2::3", ":1:2",
      "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "::1.2.3", "::1.2.3.4:5", "1.2.3.4::", "::-1", "::+1",
      "١٢٧.٠.٠.١",
    ])
  func oddForms(text: String) {
    #expect(IPAddress(parsing: text) == nil)
  }

  @Test(
    "T032: scopes, those of embedded addresses too",
    arguments: [
      ("127.0.0.1", .loopback), ("127.255.255.255", .loopback), ("::1", .loopback), ("::ffff:127.0.0.1", .loopback),
      ("169.254.169.254", .linkLocal), ("fe80::1", .linkLocal), ("febf::1", .linkLocal),
      ("::ffff:169.254.169.254", .linkLocal), ("::169.254.169.254", .linkLocal),
      ("::ffff:0:169.254.169.254", .linkLocal),
      ("64:ff9b::169.254.169.254", .linkLocal), ("2002:a9fe:a9fe::1", .linkLocal),
      ("2001:0:1234::5601:5601", .linkLocal), ("64:ff9b:1::169.254.169.254", .linkLocal),
      ("10.0.0.1", .private), ("172.16.0.1", .private), ("172.31.255.255", .private), ("192.168.0.1", .private),
      ("100.64.0.1", .private), ("100.127.255.255", .private), ("fc00::1", .private), ("fdff::1", .private),
      ("fec0::1", .private), ("::ffff:10.0.0.1", .private), ("2002:c0a8:1::", .private),
      ("0.0.0.0", .none), ("0.1.2.3", .none), ("224.0.0.1", .none), ("255.255.255.255", .none), ("::", .none),
      ("ff02::1", .none), ("::2", .none),
      ("8.8.8.8", .global), ("172.32.0.1", .global), ("100.128.0.1", .global), ("169.253.0.1", .global),
      ("2606:4700::1", .global), ("::ffff:8.8.8.8", .global), ("fe00::1", .global),
    ] as [(String, AddressScope)])
  func scopes(text: String, scope: AddressScope) throws {
    #expect(try #require(IPAddress(parsing: text)).scope == scope)
  }

  @Test("T098: the system's own reader reads the same", arguments: 0..<2 as Range<UInt64>)
  func system(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let good = ["192.168.1.254", "2001:db8::1:0:0:1", "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8", "::", "fe80::"]
      .map { Array($0.utf8) }
    for round in 0..<20_000 {
      let text = String(decoding: random.mutation(of: good[round % good.count], count: 3), as: UTF8.self)
      guard !text.utf8.contains(0) else { continue }
      var four = in_addr()
      var six = in6_addr()
      var bytes: [UInt8]?
      if inet_pton(AF_INET, text, &four) == 1 { bytes = withUnsafeBytes(of: &four) { Array($0) } }
      if inet_pton(AF_INET6, text, &six) == 1 { bytes = withUnsafeBytes(of: &six) { Array($0) } }
      let address = IPAddress(parsing: text)
      #expect(address?.bytes == bytes, "seed \(seed), round \(round): \(text)")
      if let address { #expect(IPAddress(parsing: address.description) == address) }
    }
  }

  @Test("the bytes of an address are 4 or 16", arguments: [0, 3, 5, 15, 17])
  func lengths(count: Int) {
    #expect(IPAddress(bytes: [UInt8](repeating: 1, count: count)) == nil)
  }
}
