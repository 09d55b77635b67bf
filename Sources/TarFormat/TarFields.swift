/// The fields of a header that is written (POSIX.1-2017, pax, "ustar Interchange Format"). Names fit into their places.
struct TarFields {
  /// At most 100 bytes.
  var name: [UInt8]
  var mode: Int
  var userID: Int64 = 0
  var groupID: Int64 = 0
  var size: Int64
  /// Seconds, not negative.
  var modified: Int64 = 0
  var type: Unicode.Scalar
  /// At most 100 bytes.
  var linkName: [UInt8] = []
  var deviceMajor: Int64 = 0
  var deviceMinor: Int64 = 0

  var block: [UInt8] {
    var block: [UInt8] = []
    block.reserveCapacity(TarHeader.blockSize)
    block += Self.field(name, length: TarHeader.nameLength)
    block += Self.octal(Int64(mode), length: 8)
    block += Self.octal(userID, length: 8)
    block += Self.octal(groupID, length: 8)
    block += Self.octal(size, length: 12)
    block += Self.octal(modified, length: 12)
    let checksum = block.count..<(block.count + 8)
    block += Array(repeating: UInt8(ascii: " "), count: 8)
    block.append(UInt8(ascii: type))
    block += Self.field(linkName, length: TarHeader.nameLength)
    block += Self.field("ustar\u{0}00".utf8, length: 8)
    block += Self.field("".utf8, length: 64)  // uname, gname
    block += Self.octal(deviceMajor, length: 8)
    block += Self.octal(deviceMinor, length: 8)
    block += Self.field("".utf8, length: 155)  // prefix
    block += Array(repeating: 0, count: TarHeader.blockSize - block.count)
    let sum = block.reduce(0) { $0 + Int64($1) }
    block.replaceSubrange(checksum, with: Self.octal(sum, length: 7) + [UInt8(ascii: " ")])
    return block
  }

  private static func field(_ bytes: some Collection<UInt8>, length: Int) -> [UInt8] {
    Array(bytes) + Array(repeating: 0, count: length - bytes.count)
  }

  /// Octal digits with leading zeros and a zero byte behind them, `length` bytes in all. What they have no room for stands
  /// there in GNU's base 256.
  private static func octal(_ value: Int64, length: Int) -> [UInt8] {
    let digits = String(value, radix: 8)
    guard value >= 0, digits.utf8.count < length else {
      let bytes = (0..<length).reversed().map { UInt8(truncatingIfNeeded: $0 < 8 ? value >> ($0 * 8) : value >> 63) }
      return [bytes[0] | 0x80] + bytes.dropFirst()
    }
    return Array(repeating: UInt8(ascii: "0"), count: length - 1 - digits.utf8.count) + Array(digits.utf8) + [0]
  }
}

/// A record of an extended header: its own length, a keyword and a value.
enum TarRecord {
  static func encoded(_ keyword: String, _ value: [UInt8]) -> [UInt8] {
    encoded(Array(keyword.utf8), value)
  }

  static func encoded(_ keyword: [UInt8], _ value: [UInt8]) -> [UInt8] {
    // A blank, an equals sign and a line break.
    let rest = keyword.count + value.count + 3
    var length = rest
    while length != rest + "\(length)".utf8.count { length = rest + "\(length)".utf8.count }
    return Array("\(length) ".utf8) + keyword + [UInt8(ascii: "=")] + value + [UInt8(ascii: "\n")]
  }
}
