/// What `--split` takes: a number of bytes, or of K, M or G (1,024 of one another), or `fat32`.
enum VolumeSizeOption {
  /// The largest file of a FAT32 file system, in bytes.
  static let fat32: Int64 = (4 << 30) - 1
  /// Smaller volumes are a mistake.
  private static let least: Int64 = 64 << 10

  /// - Returns: bytes; nil where the option is not given.
  static func read(_ text: String?) throws(FormOptionError) -> Int64? {
    guard let text else { return nil }
    if text.lowercased() == "fat32" { return fat32 }
    let units: [Character: Int64] = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40]
    let unit = text.last.flatMap { units[Character($0.lowercased())] }
    let digits = unit == nil ? text[...] : text.dropLast()
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(digits) else {
      throw .volumeSize(text)
    }
    let (size, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
    guard !overflow, size >= least else { throw .volumeSize(text) }
    return size
  }
}
