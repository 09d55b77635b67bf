import SeededRandom
import Testing

@testable import HTTPAccess

/// What an authority may vouch for, read out of certificates that are made byte by byte.
@Suite struct NameConstraintsTests {
  private typealias Bytes = [UInt8]

  private static func value(_ tag: UInt8, _ parts: Bytes...) -> Bytes {
    let content = parts.flatMap(\.self)
    switch content.count {
    case ..<128: return [tag, UInt8(content.count)] + content
    case ..<256: return [tag, 0x81, UInt8(content.count)] + content
    default: return [tag, 0x82, UInt8(content.count >> 8), UInt8(content.count & 0xff)] + content
    }
  }

  private static func sequence(_ parts: Bytes...) -> Bytes { value(0x30, parts.flatMap(\.self)) }

  /// A GeneralSubtree of a host name, or of the kind of GeneralName with this tag.
  private static func subtree(_ name: String, tag: UInt8 = 0x82) -> Bytes { sequence(value(tag, Bytes(name.utf8))) }

  private static func permitted(_ parts: Bytes...) -> Bytes { value(0xa0, parts.flatMap(\.self)) }

  private static func excluded(_ parts: Bytes...) -> Bytes { value(0xa1, parts.flatMap(\.self)) }

  private static func entry(_ type: Bytes, _ content: Bytes, isCritical: Bool = true) -> Bytes {
    sequence(value(0x06, type), isCritical ? [0x01, 0x01, 0xff] : [], value(0x04, content))
  }

  private static let type: Bytes = [0x55, 0x1d, 0x1e]

  /// A certificate with these extensions. What stands around them is not looked at.
  private static func certificate(_ extensions: Bytes...) -> Bytes {
    let body = sequence(
      value(0xa0, value(0x02, [2])), value(0x02, [1]), sequence(), sequence(), sequence(), sequence(), sequence(),
      extensions.isEmpty ? [] : value(0xa3, sequence(extensions.flatMap(\.self))))
    return sequence(body, sequence(), value(0x03, [0, 1]))
  }

  private static func constrained(_ lists: Bytes...) -> Bytes {
    certificate(
      entry([0x55, 0x1d, 0x13], sequence()), entry(type, sequence(lists.flatMap(\.self))),
      entry([0x55, 0x1d, 0x0e], value(0x04, [1, 2]), isCritical: false))
  }

  struct Permission: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let certificate: [UInt8]
    var permits: [String] = []
    var refuses: [String] = []
    var hasAddresses = false
  }

  static let permissions: [Permission] = [
    Permission(testDescription: "no extensions", certificate: certificate(), permits: ["a.example", ""]),
    Permission(
      testDescription: "other extensions", certificate: certificate(entry([0x55, 0x1d, 0x13], sequence())),
      permits: ["a.example"]),
    Permission(
      testDescription: "the bytes of constraints in another extension",
      certificate: certificate(
        entry([0x55, 0x1d, 0x0e], entry(type, sequence(permitted(subtree("a.example")))), isCritical: false)),
      permits: ["b.example"]),
    Permission(
      testDescription: "a name and those below it", certificate: constrained(permitted(subtree("a.example"))),
      permits: ["a.example", "A.Example", "b.a.example", "c.b.a.example", "*.a.example"],
      refuses: ["example", "ba.example", "a.example.org", "*.example", "", "."]),
    Permission(
      testDescription: "below a name only", certificate: constrained(permitted(subtree(".a.example"))),
      permits: ["b.a.example", "*.a.example"], refuses: ["a.example", "b.ba.example"]),
    Permission(
      testDescription: "several names", certificate: constrained(permitted(subtree("a.example"), subtree("localhost"))),
      permits: ["a.example", "localhost"], refuses: ["b.example"]),
    Permission(
      testDescription: "a name that is out", certificate: constrained(excluded(subtree("b.a.example"))),
      permits: ["a.example", "x.example"], refuses: ["b.a.example", "c.b.a.example"]),
    Permission(
      testDescription: "in and out",
      certificate: constrained(permitted(subtree("a.example")), excluded(subtree("b.a.example"))),
      permits: ["c.a.example"], refuses: ["b.a.example", "x.example"]),
    Permission(
      testDescription: "every name is out", certificate: constrained(excluded(subtree(""))), refuses: ["a.example"]),
    Permission(
      testDescription: "addresses alone", certificate: constrained(permitted(subtree("12345678", tag: 0x87))),
      permits: ["a.example"], hasAddresses: true),
    Permission(
      testDescription: "addresses that are out",
      certificate: constrained(permitted(subtree("a.example")), excluded(subtree("12345678", tag: 0x87))),
      permits: ["a.example"], refuses: ["b.example"], hasAddresses: true),
    Permission(
      testDescription: "other kinds of names alone",
      certificate: constrained(permitted(subtree("a.example", tag: 0x81))),
      permits: ["b.example"]),
  ]

  @Test("T297: whom an authority may vouch for", arguments: permissions)
  func permission(_ wanted: Permission) throws {
    let found = try NameConstraints(of: wanted.certificate)
    for name in wanted.permits { #expect(found.permits(name: name), "\(name)") }
    for name in wanted.refuses { #expect(!found.permits(name: name), "\(name)") }
    #expect(found.hasAddresses == wanted.hasAddresses)
  }

  struct Malformed: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let certificate: [UInt8]
  }

  static let malformed: [Malformed] = [
    Malformed(testDescription: "nothing", certificate: []),
    Malformed(testDescription: "text", certificate: Array("-----BEGIN CERTIFICATE-----".utf8)),
    Malformed(testDescription: "a number", certificate: value(0x02, [1])),
    Malformed(testDescription: "an empty sequence", certificate: sequence()),
    Malformed(testDescription: "a length without an end", certificate: [0x30, 0x80, 0x00, 0x00]),
    Malformed(testDescription: "a length of 4 GiB", certificate: [0x30, 0x84, 0xff, 0xff, 0xff, 0xff]),
    Malformed(testDescription: "a length of 2^64", certificate: [0x30, 0x88] + Array(repeating: 0xff, count: 8)),
    Malformed(testDescription: "a length in more bytes than it needs", certificate: [0x30, 0x81, 0x02, 0x30, 0x00]),
    Malformed(testDescription: "bytes behind it", certificate: certificate() + [0]),
    Malformed(
      testDescription: "values in values, ten thousand deep",
      certificate: (0..<10_000).reduce([0x30, 0x00]) { inner, _ in inner.count < 60_000 ? value(0x30, inner) : inner }),
    Malformed(testDescription: "no constraints in the extension", certificate: certificate(entry(type, []))),
    Malformed(testDescription: "constraints of nothing", certificate: constrained()),
    Malformed(
      testDescription: "the extension twice",
      certificate: certificate(
        entry(type, sequence(permitted(subtree("a.example")))), entry(type, sequence(permitted(subtree("b.example")))))),
    Malformed(
      testDescription: "a list twice",
      certificate: constrained(permitted(subtree("a.example")), permitted(subtree("b.example")))),
    Malformed(testDescription: "an unknown list", certificate: constrained(value(0xa2, subtree("a.example")))),
    Malformed(testDescription: "a list that is a text", certificate: constrained(value(0x80, subtree("a.example")))),
    Malformed(
      testDescription: "a name without its subtree", certificate: constrained(permitted(value(0x82, [0x61])))),
    Malformed(testDescription: "a subtree of nothing", certificate: constrained(permitted(sequence()))),
    Malformed(
      testDescription: "a subtree with a minimum",
      certificate: constrained(permitted(sequence(value(0x82, [0x61]), value(0x80, [1]))))),
    Malformed(
      testDescription: "an extension without a value", certificate: certificate(sequence(value(0x06, type)))),
    Malformed(
      testDescription: "a value that is no octets",
      certificate: certificate(sequence(value(0x06, type), value(0x03, [0, 1])))),
    Malformed(
      testDescription: "a type that is none", certificate: certificate(sequence(value(0x06, []), value(0x04, [])))),
  ]

  @Test("T297: what is no certificate, or holds other constraints than it may, is refused", arguments: malformed)
  func refused(_ given: Malformed) {
    #expect(throws: NameConstraints.Malformed.self) { try NameConstraints(of: given.certificate) }
  }

  @Test("T297: a certificate that is cut anywhere is refused, and one with wrong bytes is read or refused")
  func damaged() {
    let whole = Self.constrained(Self.permitted(Self.subtree("a.example")), Self.excluded(Self.subtree("b.a.example")))
    for count in whole.indices {
      #expect(throws: NameConstraints.Malformed.self) { try NameConstraints(of: Array(whole[..<count])) }
    }
    var random = SeededRandom(seed: 297)
    for _ in 0..<5_000 {
      var damaged = whole
      for _ in 0...Int.random(in: 0...2, using: &random) {
        damaged[.random(in: whole.indices, using: &random)] = .random(in: .min ... .max, using: &random)
      }
      _ = try? NameConstraints(of: damaged).permits(name: "a.example")
    }
  }
}
