/// A question for the IPv4 address of a name, as one message to a name server (RFC 1035 §4.1).
package struct NameQuestion: Sendable {
  package let identifier: UInt16
  /// The name's labels, type A, class IN.
  private let section: [UInt8]

  /// Nil where the name system knows no such form of name.
  package init?(_ name: String, identifier: UInt16 = .random(in: .min ... .max)) {
    var section: [UInt8] = []
    let name = name.hasSuffix(".") ? name.dropLast() : name[...]
    for label in name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      guard (1...63).contains(label.count) else { return nil }
      section.append(UInt8(label.count))
      section += label
    }
    section.append(0)
    guard section.count <= 255 else { return nil }
    self.identifier = identifier
    self.section = section + [0, 1, 0, 1]
  }

  /// One question; recursion is desired.
  package var message: [UInt8] {
    [UInt8(identifier >> 8), UInt8(identifier & 0xff), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + section
  }

  /// The code (RCODE) of an answer to this question: its header and the question in it are looked at, and nothing else.
  ///
  /// - Returns: nil where `bytes` are no answer to this question.
  package func code(ofAnswer bytes: [UInt8]) -> UInt8? {
    guard bytes.count >= 12, UInt16(bytes[0]) << 8 | UInt16(bytes[1]) == identifier else { return nil }
    // An answer (QR) to a standard query (opcode 0).
    guard bytes[2] & 0xf8 == 0x80 else { return nil }
    let code = bytes[3] & 0x0f
    switch (bytes[4], bytes[5]) {
    case (0, 1):
      let asked = bytes.dropFirst(12).prefix(section.count)
      // Servers may write the letters otherwise.
      guard asked.elementsEqual(section, by: { Self.lower($0) == Self.lower($1) }) else { return nil }
      return code
    // Who refuses may leave the question out.
    case (0, 0): return code == 0 ? nil : code
    default: return nil
    }
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
  }
}
