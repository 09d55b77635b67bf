import DrayMessages

/// What `--split` takes: a number of bytes, or of K, M or G (1,024 of one another), or `fat32`.
enum VolumeSizeOption {
  /// The largest file of a FAT32 file system, in bytes.
  static let fat32: Int64 = (4 << 30) - 1
  /// Smaller volumes are a mistake.
  private static let least: Int64 = 64 << 10

  /// - Returns: bytes; nil where the option is not given.
  static func read(_ text: String?) throws(FormatOptionError) -> Int64? {
    guard let text else { return nil }
    if text.lowercased() == "fat32" { return fat32 }
    guard let size = ByteSize.read(text), size >= least else { throw .volumeSize(text) }
    return size
  }
}
