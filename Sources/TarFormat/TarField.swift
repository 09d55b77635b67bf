/// Where the fields stand in a header, and how they are read.
enum TarField {
  static let name = 0..<100
  static let mode = 100..<108
  static let userID = 108..<116
  static let groupID = 116..<124
  static let size = 124..<136
  static let modified = 136..<148
  static let checksum = 148..<156
  static let type = 156
  static let linkName = 157..<257
  static let magic = 257..<263
  static let deviceMajor = 329..<337
  static let deviceMinor = 337..<345
  static let prefix = 345..<500

  /// The bytes before the first zero.
  static func text(_ field: Slice<UnsafeRawBufferPointer>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }

  /// Octal digits, with blanks or zeros around them; or GNU's numbers in base 256, which begin with the highest bit.
  static func number(_ field: Slice<UnsafeRawBufferPointer>) -> Int64? {
    if let first = field.first, first & 0x80 != 0 { return binary(field) }
    var digits = field.drop { $0 == 0x20 }
    while let last = digits.last, last == 0x20 || last == 0 { digits.removeLast() }
    var value: Int64 = 0
    // At most twelve digits of three bits: they cannot overflow.
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { return nil }
      value = value << 3 | Int64(digit - UInt8(ascii: "0"))
    }
    return value
  }

  /// The same, and negative numbers in base 256, as GNU tar writes times before 1970.
  static func signedNumber(_ field: Slice<UnsafeRawBufferPointer>) -> Int64? {
    guard field.first == 0xFF else { return number(field) }
    guard field.dropLast(8).allSatisfy({ $0 == 0xFF }) else { return nil }
    let value = Int64(bitPattern: field.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    return value < 0 ? value : nil
  }

  /// Nil for a negative number and one of more than 63 bits.
  private static func binary(_ field: Slice<UnsafeRawBufferPointer>) -> Int64? {
    guard field.first == 0x80, field.dropFirst().dropLast(8).allSatisfy({ $0 == 0 }) else { return nil }
    // The mark of the base may be the first of the eight bytes.
    let value = field.dropFirst().suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int64(exactly: value)
  }
}
