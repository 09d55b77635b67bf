/// The header of one member of a tar archive (POSIX.1-2017, pax, "ustar Interchange Format").
///
/// Everything that differs from machine to machine is left out: owner 0, time 0, mode 0644 or 0755.
package struct TarHeader {
  package enum Kind {
    case file, directory
  }

  /// The unit of a tar archive in bytes: headers and the contents of members are padded to it.
  package static let blockSize = 512
  /// The largest size that fits in the header itself: 8 GiB − 1.
  package static let largestPlainSize: Int64 = 0o77_777_777_777

  /// ASCII; that of a directory ends with a slash.
  package let name: String
  package let kind: Kind
  /// The size of the content in bytes, not negative.
  package let size: Int64

  package init(name: String, kind: Kind, size: Int64) {
    self.name = name
    self.kind = kind
    self.size = size
  }

  /// The header's bytes: one block, with an extended header before it where name or size do not fit.
  package var encoded: [UInt8] {
    var records: [UInt8] = []
    if name.utf8.count > Self.nameLength { records += Self.record("path", name) }
    if size > Self.largestPlainSize { records += Self.record("size", "\(size)") }
    let type: Unicode.Scalar = kind == .directory ? "5" : "0"
    let mode = kind == .directory ? 0o755 : 0o644
    let plainSize = size > Self.largestPlainSize ? 0 : size
    let block = Self.block(name: name, mode: mode, size: plainSize, type: type)
    guard !records.isEmpty else { return block }
    let last = name.split(separator: "/").last ?? ""
    return Self.block(name: "PaxHeaders/\(last)", mode: 0o644, size: Int64(records.count), type: "x")
      + records + Self.padding(after: Int64(records.count)) + block
  }

  /// The zero bytes that fill the last block of a content of `size` bytes.
  package static func padding(after size: Int64) -> [UInt8] {
    let rest = Int(size % Int64(blockSize))
    return Array(repeating: 0, count: rest == 0 ? 0 : blockSize - rest)
  }

  private static let nameLength = 100

  private static func block(name: String, mode: Int, size: Int64, type: Unicode.Scalar) -> [UInt8] {
    var block: [UInt8] = []
    block.reserveCapacity(blockSize)
    block += field(name.utf8.prefix(nameLength), length: nameLength)
    block += octal(Int64(mode), length: 8)
    block += octal(0, length: 8)  // uid
    block += octal(0, length: 8)  // gid
    block += octal(size, length: 12)
    block += octal(0, length: 12)  // mtime
    let checksum = block.count..<(block.count + 8)
    block += Array(repeating: UInt8(ascii: " "), count: 8)
    block.append(UInt8(ascii: type))
    block += field("".utf8, length: 100)  // linkname
    block += field("ustar\u{0}00".utf8, length: 8)
    block += field("".utf8, length: 64)  // uname, gname
    block += octal(0, length: 8)  // devmajor
    block += octal(0, length: 8)  // devminor
    block += field("".utf8, length: 155)  // prefix
    block += Array(repeating: 0, count: blockSize - block.count)
    let sum = block.reduce(0) { $0 + Int64($1) }
    block.replaceSubrange(checksum, with: octal(sum, length: 7) + [UInt8(ascii: " ")])
    return block
  }

  private static func field(_ bytes: some Collection<UInt8>, length: Int) -> [UInt8] {
    Array(bytes) + Array(repeating: 0, count: length - bytes.count)
  }

  /// Octal digits with leading zeros and a zero byte behind them, `length` bytes in all.
  private static func octal(_ value: Int64, length: Int) -> [UInt8] {
    let digits = String(value, radix: 8)
    return Array(repeating: UInt8(ascii: "0"), count: length - 1 - digits.utf8.count) + Array(digits.utf8) + [0]
  }

  /// A record of an extended header: its own length, a keyword and a value.
  private static func record(_ keyword: String, _ value: String) -> [UInt8] {
    let rest = " \(keyword)=\(value)\n"
    var length = rest.utf8.count
    while length != rest.utf8.count + "\(length)".utf8.count { length = rest.utf8.count + "\(length)".utf8.count }
    return Array("\(length)\(rest)".utf8)
  }
}
