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
  /// The byte in the header that says the kind.
  package let type: UInt8
  /// As it stands in the header; it may be any bytes.
  package let name: [UInt8]
  /// What a link points to, as it stands in the header.
  package let linkName: [UInt8]
  /// Bytes.
  package let size: Int64

  /// Reads a header; nil unless its checksum is right and its size a number of at most 63 bits that is not negative.
  package init?(_ block: UnsafeRawBufferPointer) {
    guard block.count == TarHeader.blockSize, TarField.number(block[TarField.checksum]) == Self.sum(block) else {
      return nil
    }
    guard let size = TarField.number(block[TarField.size]) else { return nil }
    let kind = Self.kind(block[TarField.type])
    self.kind = kind
    type = block[TarField.type]
    // Only files and extensions have a content: what a directory's or a link's header says of it is no bytes.
    self.size = kind == .directory || kind.isSpecial ? 0 : size
    linkName = TarField.text(block[TarField.linkName])
    let name = TarField.text(block[TarField.name])
    let prefix = block[TarField.magic].elementsEqual("ustar\u{0}".utf8) ? TarField.text(block[TarField.prefix]) : []
    self.name = prefix.isEmpty ? name : prefix + [UInt8(ascii: "/")] + name
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
    var sum = Int64(TarField.checksum.count) * 0x20
    for index in 0..<TarField.checksum.lowerBound { sum += Int64(block[index]) }
    for index in TarField.checksum.upperBound..<block.count { sum += Int64(block[index]) }
    return sum
  }
}
