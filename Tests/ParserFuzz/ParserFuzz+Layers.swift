import ImageLayers
import TarFormat

/// What reads the layers of images.
extension ParserFuzz {
  static let layers = [
    ParserFuzz(
      "compressed layer", good: [gzipMember, zstdFrame, zstdFrame + zstdFrame, skippable + zstdFrame],
      alphabet: "\u{0}\u{1f}\u{8}(/P*M\u{18}"
    ) { bytes in
      var position = 0
      let stream = Decompressor(
        { buffer in
          let count = min(buffer.count, bytes.count - position)
          bytes.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<(position + count)]))
          }
          position += count
          return count
        }, limits: limits)
      withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 8) { buffer in
        while let count = try? stream.read(into: buffer), count > 0 {}
      }
    },
    ParserFuzz("layer", good: [files, sparse, links], alphabet: "ustar\u{0}0001234567 =\n./wh") { bytes in
      merge(bytes)
      merge(withChecksums(bytes))
    },
    ParserFuzz(
      "sparse map", good: [Array("2\n0\n512\n1024\n512\n".utf8)], alphabet: "0123456789\n\u{0}"
    ) { bytes in
      var text = SparseMapText()
      guard bytes.withUnsafeBytes({ text.take($0) }), let pieces = text.pieces else { return }
      _ = SparseMap(size: .max, pieces: pieces)?.dataSize
    },
  ]

  /// So that an input of random bytes ends soon.
  private static let limits: LayerLimits = {
    var limits = LayerLimits.standard
    limits.plainBytes = 4 << 20
    limits.holeBytes = 64 << 10
    return limits
  }()

  /// Reads a layer, lays it upon itself, and looks at all that is there.
  private static func merge(_ bytes: [UInt8]) {
    var root = MergedRoot(limit: 1_000, keepsRemovals: true)
    for _ in 0..<2 {
      root.beginLayer()
      var position = 0
      let reader = LayerReader(
        Decompressor(
          { buffer in
            let count = min(buffer.count, bytes.count - position)
            bytes.withUnsafeBytes {
              buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<(position + count)]))
            }
            position += count
            return count
          }, limits: limits), limits: limits)
      withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 8) { buffer in
        while let entry = try? reader.next() {
          if entry.mode & 1 == 0 {
            while let count = try? reader.read(into: buffer), count > 0 {}
          } else {
            while let piece = try? reader.readData(into: buffer), piece.count > 0 {}
          }
          try? root.add(entry)
          _ = try? root.entry(at: entry.path, followingLink: true)
        }
      }
    }
    try? root.forEach(below: .root) { _ = root.removals.cover($0.path) }
  }

  private static let files: [UInt8] = [
    block("d/", "5"),
    block("d/f", "0", size: 5),
    padded("hello"),
    extended("path=a/b\n", "mtime=1.5\n"),
    block("x", "0", size: 600),
    padded(String(repeating: "y", count: 600)),
    block("d/.wh.f", "0"),
    block("././@LongLink", "L", size: 4),
    padded("long"),
    block("x", "0"),
    block("a/.wh..wh..opq", "0"),
    [UInt8](repeating: 0, count: 1_024),
  ].flatMap { (piece: [UInt8]) in piece }

  private static let sparse: [UInt8] = [
    extended(
      "GNU.sparse.major=1\n", "GNU.sparse.minor=0\n", "GNU.sparse.name=s\n", "GNU.sparse.realsize=2048\n",
      "SCHILY.xattr.user.a=b\n", "LIBARCHIVE.xattr.user.c=ZGU\n"),
    block("x", "0", size: 1_024),
    padded("1\n512\n512\n"),
    [UInt8](repeating: 7, count: 512),
    extended("GNU.sparse.size=99\n", "GNU.sparse.map=0,5,10,3\n"),
    block("y", "0", size: 8),
    padded("abcdefgh"),
    block("z", "S", size: 0),
  ].flatMap { (piece: [UInt8]) in piece }

  private static let links: [UInt8] = [
    block("a", "2", link: "b/../c"),
    block("b", "2", link: "/a"),
    block("c/d", "0"),
    block("e", "1", link: "c/d"),
    block("a/x", "0"),
    block("n", "3"),
    block("g", "g", size: 13),
    padded("13 comment=x\n"),
    block("p", "6"),
  ].flatMap { (piece: [UInt8]) in piece }

  private static func block(_ name: String, _ type: String, size: Int = 0, link: String = "") -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at place: Int) { block.replaceSubrange(place..<place + text.utf8.count, with: text.utf8) }
    put(name, at: 0)
    put("0000644", at: 100)
    let digits = String(size, radix: 8)
    put(String(repeating: "0", count: 11 - digits.utf8.count) + digits, at: 124)
    put(type, at: 156)
    put(link, at: 157)
    put("ustar\u{0}00", at: 257)
    return withChecksum(block)
  }

  private static func padded(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    return bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
  }

  private static func extended(_ records: String...) -> [UInt8] {
    let text = records.map { record in
      var length = record.utf8.count + 1
      while length != record.utf8.count + 1 + "\(length)".utf8.count {
        length = record.utf8.count + 1 + "\(length)".utf8.count
      }
      return "\(length) \(record)"
    }.joined()
    return block("pax", "x", size: text.utf8.count) + padded(text)
  }

  /// So that what stands behind the checksums is looked at too.
  private static func withChecksums(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 512) {
      let block = Array(bytes[start..<min(start + 512, bytes.count)])
      result += block.count < 512 || block.allSatisfy { $0 == 0 } ? block : withChecksum(block)
    }
    return result
  }

  private static let gzipMember: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 171, 174, 5, 0, 67, 191, 166, 163, 2, 0, 0, 0,
  ]
  private static let zstdFrame: [UInt8] = [
    0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x11, 0x00, 0x00, 0x7b, 0x7d, 0xd1, 0x94, 0xf2, 0x7a,
  ]
  private static let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 2, 0, 0, 0, 1, 2]
}
