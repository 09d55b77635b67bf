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
    if name.utf8.count > Self.nameLength { records += TarRecord.encoded("path", Array(name.utf8)) }
    if size > Self.largestPlainSize { records += TarRecord.encoded("size", Array("\(size)".utf8)) }
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

  static let nameLength = 100

  private static func block(name: String, mode: Int, size: Int64, type: Unicode.Scalar) -> [UInt8] {
    TarFields(name: Array(name.utf8.prefix(nameLength)), mode: mode, size: size, type: type).block
  }
}
