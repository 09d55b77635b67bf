/// How a file is compressed that would be an archive without it.
public enum ArchiveCompression: String, Sendable, Hashable, CaseIterable {
  case gzip, zstd, bzip2, xz, lz4, zip

  /// As many first bytes as ``init(start:)`` looks at.
  static let markLength = 6

  /// Reads the mark at the beginning of a file; nil where it is none of these.
  init?(start: some Collection<UInt8>) {
    if start.starts(with: [0x1F, 0x8B, 0x08]) {
      self = .gzip
    } else if start.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
      self = .zstd
    } else if start.starts(with: "BZh".utf8) {
      self = .bzip2
    } else if start.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
      self = .xz
    } else if start.starts(with: [0x04, 0x22, 0x4D, 0x18]) {
      self = .lz4
    } else if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      self = .zip
    } else {
      return nil
    }
  }
}
