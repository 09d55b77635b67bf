/// The header of one member as it stands in a tar archive (POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar).
package struct TarBlock {
  package enum Kind: Sendable, Hashable {
    case file, directory
    case hardLink, symbolicLink
    case pipe, characterDevice, blockDevice
    /// Records about the next member, or (`isGlobal`) about all that follow.
    case extended(isGlobal: Bool)
    /// The next member's name, or the name that it links to, too long for a header.
    case longName(isLink: Bool)
    case sparse
    /// Something else: it is passed over with its content.
    case other

    /// A link, a pipe or a device: it has no content.
    package var isSpecial: Bool {
      switch self {
      case .hardLink, .symbolicLink, .pipe, .characterDevice, .blockDevice: true
      default: false
      }
    }
  }

  package let kind: Kind
  /// As it stands in the header; it may be any bytes.
  package let name: [UInt8]
  /// What a link points to, as it stands in the header.
  package let linkName: [UInt8]
  /// Bytes.
  package let size: Int64

  /// Reads a header; nil unless its checksum is right and its size a number of at most 63 bits that is not negative.
  package init?(_ block: UnsafeRawBufferPointer) {
    guard block.count == TarHeader.blockSize, Self.number(block[Field.checksum]) == Self.sum(block) else { return nil }
    guard let size = Self.number(block[Field.size]) else { return nil }
    let kind = Self.kind(block[Field.type])
    self.kind = kind
    // Only files and extensions have a content: what a directory's or a link's header says of it is no bytes.
    self.size = kind == .directory || kind.isSpecial ? 0 : size
    linkName = Self.text(block[Field.linkName])
    let name = Self.text(block[Field.name])
    let prefix = block[Field.magic].elementsEqual("ustar\u{0}".utf8) ? Self.text(block[Field.prefix]) : []
    self.name = prefix.isEmpty ? name : prefix + [UInt8(ascii: "/")] + name
  }

  private enum Field {
    static let name = 0..<100
    static let size = 124..<136
    static let checksum = 148..<156
    static let type = 156
    static let linkName = 157..<257
    static let magic = 257..<263
    static let prefix = 345..<500
  }

  private static func kind(_ type: UInt8) -> Kind {
    switch type {
    case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): .file
    case UInt8(ascii: "1"): .hardLink
    case UInt8(ascii: "2"): .symbolicLink
    case UInt8(ascii: "3"): .characterDevice
    case UInt8(ascii: "4"): .blockDevice
    case UInt8(ascii: "6"): .pipe
    case UInt8(ascii: "5"): .directory
    case UInt8(ascii: "x"): .extended(isGlobal: false)
    case UInt8(ascii: "g"): .extended(isGlobal: true)
    case UInt8(ascii: "L"): .longName(isLink: false)
    case UInt8(ascii: "K"): .longName(isLink: true)
    case UInt8(ascii: "S"): .sparse
    default: .other
    }
  }

  /// The sum of all bytes, those of the checksum itself taken for spaces.
  private static func sum(_ block: UnsafeRawBufferPointer) -> Int64 {
    var sum = Int64(Field.checksum.count) * 0x20
    for index in 0..<Field.checksum.lowerBound { sum += Int64(block[index]) }
    for index in Field.checksum.upperBound..<block.count { sum += Int64(block[index]) }
    return sum
  }

  /// The bytes before the first zero.
  private static func text(_ field: Slice<UnsafeRawBufferPointer>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }

  /// Octal digits, with blanks or zeros around them; or GNU's numbers in base 256, which begin with the highest bit.
  private static func number(_ field: Slice<UnsafeRawBufferPointer>) -> Int64? {
    if let first = field.first, first & 0x80 != 0 { return binary(field) }
    var digits = field.drop { $0 == 0x20 }
    while let last = digits.last, last == 0x20 || last == 0 { digits.removeLast() }
    var value: Int64 = 0
    // At most eleven digits of three bits: they cannot overflow.
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { return nil }
      value = value << 3 | Int64(digit - UInt8(ascii: "0"))
    }
    return value
  }

  /// Nil for a negative number and one of more than 63 bits.
  private static func binary(_ field: Slice<UnsafeRawBufferPointer>) -> Int64? {
    guard field.first == 0x80, field.dropFirst().dropLast(8).allSatisfy({ $0 == 0 }) else { return nil }
    let value = field.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int64(exactly: value)
  }
}
