/// How a stream of bytes is compressed. It is told by the first bytes alone: media types and file names are often wrong.
public enum Compression: String, Sendable, Hashable, CaseIterable {
  case none, gzip, zstd
  /// Formats that no layer of an image may have, named so that an error can.
  case bzip2, xz

  /// As many first bytes as ``init(detecting:)`` looks at.
  public static let markLength = 6

  /// Reads the mark at the beginning of a stream; a shorter stream has fewer bytes.
  public init(detecting start: some Collection<UInt8>) {
    if start.starts(with: [0x1F, 0x8B]) {
      self = .gzip
    } else if start.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) || Self.isSkippableFrame(start) {
      self = .zstd
    } else if Self.isBzip2(start) {
      self = .bzip2
    } else if start.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
      self = .xz
    } else {
      self = .none
    }
  }

  /// `BZh`, the size of a block and the first bytes of one: a tar archive may begin with a file named `BZh`.
  private static func isBzip2(_ start: some Collection<UInt8>) -> Bool {
    start.starts(with: "BZh".utf8)
      && (start.dropFirst(4).starts(with: [0x31, 0x41]) || start.dropFirst(4).starts(with: [0x17, 0x72]))
  }

  /// A frame that carries no data and may stand before the others (RFC 8878, section 3.1.2).
  private static func isSkippableFrame(_ start: some Collection<UInt8>) -> Bool {
    guard let first = start.first, first & 0xF0 == 0x50 else { return false }
    return start.dropFirst().starts(with: [0x2A, 0x4D, 0x18])
  }
}
