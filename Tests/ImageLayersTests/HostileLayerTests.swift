import ImageLayers
import TarFormat
import Testing

/// Headers as an attacker would write them.
struct RawHeader {
  var name = "file"
  var mode = "0000644"
  var uid = "0000000"
  var gid = "0000000"
  var size = "00000000000"
  var mtime = "00000000000"
  var type: Character = "0"
  var link = ""
  var magic = "ustar\u{0}00"
  /// Put over the rest before the checksum is made.
  var patches: [(Int, [UInt8])] = []

  var bytes: [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at place: Int) { block.replaceSubrange(place..<place + text.utf8.count, with: text.utf8) }
    put(name, at: 0)
    put(mode, at: 100)
    put(uid, at: 108)
    put(gid, at: 116)
    put(size, at: 124)
    put(mtime, at: 136)
    put(String(type), at: 156)
    put(link, at: 157)
    put(magic, at: 257)
    for (place, bytes) in patches { block.replaceSubrange(place..<place + bytes.count, with: bytes) }
    put("        ", at: 148)
    let sum = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
    put(String(repeating: "0", count: 6 - sum.utf8.count) + sum + "\u{0} ", at: 148)
    return block
  }

  static func octal(_ number: Int) -> String {
    let digits = String(number, radix: 8)
    return String(repeating: "0", count: 11 - digits.utf8.count) + digits
  }

  static func padded(_ content: [UInt8]) -> [UInt8] {
    content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }

  /// A header of records with its content.
  static func extended(_ records: [(String, String)], type: Character = "x") -> [UInt8] {
    var content: [UInt8] = []
    for (key, value) in records {
      let rest = " \(key)=\(value)\n"
      var length = rest.utf8.count
      while length != rest.utf8.count + "\(length)".utf8.count { length = rest.utf8.count + "\(length)".utf8.count }
      content += Array("\(length)\(rest)".utf8)
    }
    return RawHeader(name: "pax", size: octal(content.count), type: type).bytes + padded(content)
  }
}

@Suite("Layers that nobody should write")
struct HostileLayerTests {
  private static let end = [UInt8](repeating: 0, count: 1_024)

  private static func expect(
    _ error: LayerError, _ bytes: [UInt8], limits: LayerLimits = .standard,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(throws: error, sourceLocation: sourceLocation) { try entries(bytes + end, limits: limits) }
  }

  @Test(
    "T102: a PAX size that is not the header's, negative, too large or malformed",
    arguments: [
      ("1000", "00000000012"), ("0", "00000000012"), ("-1", "00000000000"), ("18446744073709551616", "00000000000"),
      ("99999999999999999999999", "00000000000"), ("1e3", "00000000000"), ("", "x"),
    ])
  func sizes(pax: String, plain: String) {
    let bytes = RawHeader.extended([("size", pax)]) + RawHeader(size: plain).bytes + [UInt8](repeating: 65, count: 512)
    #expect(throws: LayerError.self) { try entries(bytes + Self.end) }
    do { _ = try entries(bytes + Self.end) } catch let error as LayerError {
      #expect(error.failureClass == .refused)
    } catch { Issue.record(error) }
  }

  @Test("T102: a PAX size alone, where the header has no room for it, counts")
  func largeSize() {
    let bytes = RawHeader.extended([("size", "8589934592")]) + RawHeader().bytes
    Self.expect(.truncatedTar(offset: Int64(bytes.count + Self.end.count)), bytes)
  }

  @Test("T102: numbers in base 256 that are negative or too large", arguments: [124, 108, 116])
  func base256(place: Int) {
    let count = place == 124 ? 12 : 8
    let negative = RawHeader(patches: [(place, [UInt8](repeating: 0xFF, count: count))]).bytes
    let huge = RawHeader(patches: [(place, [0x80] + [UInt8](repeating: 0xFF, count: count - 1))]).bytes
    for bytes in [negative, huge] {
      #expect(throws: LayerError.self) { try entries(bytes + Self.end) }
    }
  }

  @Test(
    "T102: extended headers and long names of more than 1 MiB are refused before they are read",
    arguments: ["x", "g", "L", "K"])
  func largeExtension(type: Character) {
    let bytes = RawHeader(size: RawHeader.octal((1 << 20) + 1), type: type).bytes
    Self.expect(.extensionTooLarge(offset: 0, limit: 1 << 20), bytes)
  }

  @Test("T102: extended headers that are malformed, doubled, or stand before nothing")
  func malformedExtension() {
    let good = RawHeader.extended([("path", "a")])
    Self.expect(.malformedHeader(offset: 1_024), good + good + RawHeader().bytes)
    Self.expect(.malformedHeader(offset: 1_024), good)
    for content in ["5 a=b\n", "999 path=a\n", "path=a\n", "6 =ab\n", "7 uid=x\n", "11 mtime=a.b\n"] {
      let bytes =
        RawHeader(size: RawHeader.octal(content.utf8.count), type: "x").bytes + RawHeader.padded(Array(content.utf8))
      #expect(throws: LayerError.self, "\(content)") { try entries(bytes + RawHeader().bytes + Self.end) }
    }
    for record in [("path", "x"), ("size", "1"), ("linkpath", "x"), ("GNU.sparse.major", "1")] {
      Self.expect(.malformedHeader(offset: 0), RawHeader.extended([record], type: "g") + RawHeader().bytes)
    }
  }

  @Test("T110: numbers of devices that Linux cannot have are refused, and the largest that it can are read")
  func deviceNumbers() throws {
    func device(_ major: [UInt8], _ minor: [UInt8]) -> [UInt8] {
      RawHeader(type: "3", patches: [(329, major), (337, minor)]).bytes
    }
    let (major, minor) = (Array("0007777\u{0}".utf8), Array("3777777\u{0}".utf8))
    for bytes in [
      device([0x80, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF], minor), device(major, [0x80, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]),
      device(Array("0010000\u{0}".utf8), minor), device(major, Array("4000000\u{0}".utf8)),
      device(Array("77777777".utf8), minor),
    ] {
      Self.expect(.malformedHeader(offset: 0), bytes)
    }
    #expect(
      try entries(device(major, minor) + Self.end).map(\.entry.kind)
        == [.characterDevice(major: 4_095, minor: 1_048_575)])
  }

  @Test("what has no room in octal digits stands in a written header in base 256")
  func largeNumbers() {
    let bytes = TarMember(name: [0x61], kind: .blockDevice(major: .max, minor: 0o10_000_000), mode: 0o644).encoded
    #expect(Array(bytes[329..<337]) == [0x80, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF])
    #expect(Array(bytes[337..<345]) == [0x80, 0, 0, 0, 0, 0x20, 0, 0])
  }

  @Test("a global header's comment is passed over, as engines do")
  func globalComment() throws {
    let bytes = RawHeader.extended([("comment", "abc"), ("mtime", "5")], type: "g") + RawHeader().bytes
    #expect(try entries(bytes + Self.end).map(\.entry.modified.seconds) == [0])
  }

  @Test("T102: names of GNU and PAX headers that differ")
  func twoNames() {
    let long =
      RawHeader(name: "././@LongLink", size: RawHeader.octal(2), type: "L").bytes
      + RawHeader.padded(Array("b\u{0}".utf8))
    Self.expect(.conflictingHeaders(offset: 2_048), RawHeader.extended([("path", "a")]) + long + RawHeader().bytes)
  }

  @Test(
    "T100: paths that lead out, hold a zero byte, are the root itself or endless",
    arguments: [
      "../x", "a/../../x", "a/..", "..", "/..", "a\u{0}b", ".", "/", "a/.wh.b/c",
    ])
  func paths(name: String) {
    let bytes = RawHeader.extended([("path", name)]) + RawHeader().bytes
    #expect(throws: LayerError.self) { try entries(bytes + Self.end) }
  }

  @Test("T100: a path of 70 KiB, and a link's target")
  func longPath() {
    let name = String(repeating: "a/", count: 35 << 10)
    Self.expect(
      .pathTooLong(member: String(name.prefix(1_024)), limit: 4_096),
      RawHeader.extended([("path", name)]) + RawHeader().bytes)
    Self.expect(
      .pathTooLong(member: "file", limit: 4_096), RawHeader.extended([("linkpath", name)]) + RawHeader(type: "2").bytes)
  }

  @Test(
    "T109: whiteouts of nothing, of the folder itself and of the one above", arguments: [".wh.", "a/.wh..", "a/.wh..."])
  func whiteouts(name: String) {
    Self.expect(.unsafeWhiteout(member: name), RawHeader(name: name).bytes)
  }

  @Test("T149: what AUFS notes for itself in the root is no file; what it keeps for hard links is told by its path")
  func bookkeeping() throws {
    let names = [".wh..wh.aufs", ".wh..wh.plnk", ".wh..wh.orph/1", ".wh..wh.plnk/1.2"]
    let link = try #require(LayerPath(Array(names[3].utf8)))
    let bytes = names.flatMap { RawHeader(name: $0).bytes }
    #expect(
      try entries(bytes + Self.end).map(\.entry.whiteout)
        == [.bookkeeping, .bookkeeping, .bookkeeping, .linkSource(link)])
  }

  @Test("T102: kinds that no layer has, hard links that lead out, links to nothing")
  func kinds() {
    for type: Character in ["V", "M", "D", "X", "A"] {
      Self.expect(.unsupportedKind(member: "file", type: type.asciiValue ?? 0), RawHeader(type: type).bytes)
    }
    Self.expect(.unsafePath(member: "file"), RawHeader(type: "1", link: "../../etc/passwd").bytes)
    Self.expect(.malformedHeader(offset: 0), RawHeader(type: "2").bytes)
  }

  @Test(
    "T102: sparse maps that overlap, run backwards, are larger than the file, or endless",
    arguments: [
      "2\n0\n10\n5\n10\n", "1\n100\n0\n", "1\n0\n9999\n", "3\n0\n1\n", "99999999999999999999\n", "a\n", "1\n-1\n1\n",
    ])
  func sparseMaps(map: String) {
    let records = [
      ("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "s"), ("GNU.sparse.realsize", "50"),
    ]
    let content = RawHeader.padded(Array(map.utf8)) + [UInt8](repeating: 1, count: 20)
    let bytes =
      RawHeader.extended(records) + RawHeader(size: RawHeader.octal(content.count)).bytes + RawHeader.padded(content)
    #expect(throws: LayerError.malformedSparseMap(member: "s")) { try entries(bytes + Self.end) }
  }

  @Test("T102: a sparse map of a million entries is refused after 1 MiB of it")
  func endlessMap() {
    let records = [("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "9000000000")]
    let map = Array("1000000\n".utf8) + (0..<1_000_000).flatMap { Array("\($0 * 512)\n1\n".utf8) }
    let bytes = RawHeader.extended(records) + RawHeader(size: RawHeader.octal(map.count + 1_000_000)).bytes + map
    let start = Int64(RawHeader.extended(records).count + 512)
    Self.expect(.extensionTooLarge(offset: start, limit: 1 << 20), bytes)

    // GNU's old format: blocks of 21 entries, each saying that another one follows.
    var block = [UInt8](repeating: 0, count: 512)
    for index in 0..<21 {
      block.replaceSubrange(index * 24..<index * 24 + 23, with: Array("00000000000\u{0}00000000000".utf8))
    }
    block[504] = 1
    let old = RawHeader(type: "S", magic: "ustar  \u{0}", patches: [(482, [1]), (483, Array("00000000000".utf8))]).bytes
    Self.expect(
      .extensionTooLarge(offset: 512, limit: 1 << 20), old + Array(repeatElement(block, count: 4_096).joined()))
  }

  @Test("the holes of a sparse file are not made endless")
  func holes() {
    var limits = LayerLimits.standard
    limits.holeBytes = 1 << 20
    let records = [("GNU.sparse.size", "9000000000000000000"), ("GNU.sparse.numblocks", "0"), ("GNU.sparse.map", "")]
    Self.expect(
      .holesTooLarge(member: "file", limit: 1 << 20), RawHeader.extended(records) + RawHeader().bytes, limits: limits)
  }

  @Test("T103: entries are counted, those that say something of others too")
  func entryLimit() {
    var limits = LayerLimits.standard
    limits.entries = 100
    Self.expect(
      .tooManyEntries(limit: 100), Array(repeatElement(RawHeader().bytes, count: 101).joined()), limits: limits)
    let comments = Array(repeatElement(RawHeader.extended([("comment", "x")], type: "g"), count: 101).joined())
    Self.expect(.tooManyEntries(limit: 100), comments, limits: limits)
  }

  @Test("T101: a layer that ends within a member, at whatever block, is told from a whole one")
  func truncated() async throws {
    let bytes = try await Shell.bytes(
      "mkdir d; for i in 1 2 3; do head -c 1500 /dev/zero >d/$i; done; tar --format=pax -b1 -cf - d")
    let whole = try entries(bytes).count
    #expect(whole == 4)
    var ends = 0
    for count in stride(from: 0, to: bytes.count, by: 512) {
      // Where a header is due, the end of the stream is one of the archive.
      guard let found = try? entries(Array(bytes[..<count])) else { continue }
      ends += 1
      #expect(found.count <= whole)
    }
    #expect(ends < bytes.count / 512 / 2)
    for count in [100, 513, 3_000] {
      #expect(throws: LayerError.self) { try entries(Array(bytes[..<count])) }
    }
  }

  @Test("T148: the last file need not fill its last block, as Go's reader has it; its content has to be whole")
  func unpadded() throws {
    let header = RawHeader(size: RawHeader.octal(600)).bytes
    let content = [UInt8](repeating: 7, count: 600)
    for padding in [0, 1, 423, 424] {
      let found = try entries(header + content + [UInt8](repeating: 0, count: padding))
      #expect(found.map(\.content) == [content])
    }
    for count in [0, 1, 599] {
      #expect(throws: LayerError.truncatedTar(offset: 512 + Int64(count))) { try entries(header + content[..<count]) }
    }
  }

  @Test("T101: what real layers end with: no zero block, one, two and anything behind; not a header behind one")
  func ends() throws {
    let file = RawHeader().bytes
    let zero = [UInt8](repeating: 0, count: 512)
    for end in [[], zero, zero + zero, zero + zero + file, zero + zero + Array("garbage".utf8)] {
      #expect(try entries(file + end).count == 1)
    }
    #expect(throws: LayerError.malformedHeader(offset: 512)) { try entries(file + zero + file) }
    #expect(throws: LayerError.truncatedTar(offset: 1_024)) { try entries(file + zero + [0]) }
    #expect(try entries([]).isEmpty)
    #expect(try entries(zero + zero).isEmpty)
    #expect(throws: LayerError.notATar) { try entries([UInt8](repeating: 66, count: 2_000)) }
  }

  @Test("T111: 10^5 entries are read in one pass: each byte of the source is asked for once")
  func many() async throws {
    let bytes = try await Shell.bytes(
      """
      python3 - <<'END'
      import sys, tarfile
      t = tarfile.open(fileobj=sys.stdout.buffer, mode="w|", format=tarfile.GNU_FORMAT)
      for i in range(100000): t.addfile(tarfile.TarInfo("d%d/e%d/%d" % (i % 10, i % 1000, i)))
      t.close()
      END
      """)
    var asked = 0
    let whole = source(bytes)
    let reader = LayerReader(
      Decompressor { buffer in
        let count = try whole(buffer)
        asked += count
        return count
      })
    var root = MergedRoot()
    root.beginLayer()
    var count = 0
    while let entry = try reader.next() {
      try root.add(entry)
      count += 1
    }
    #expect(count == 100_000 && asked == bytes.count && root.count == 100_000 + 10 + 1_000 + 1)
  }
}
