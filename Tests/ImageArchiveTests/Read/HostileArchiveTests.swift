import CLibrary
import FoundationEssentials
import HandmadeTar
import ImageArchive
import ImageModel
import SeededRandom
import SystemPackage
import TemporaryFolders
import Testing

@Suite("Archives and layouts that lie")
struct HostileArchiveTests {
  private let folder: TemporaryFolder
  private let content = Array("layer".utf8)
  private var digest: Digest { .hash(content) }
  private var blobName: String { "blobs/sha256/\(digest.hexadecimal)" }

  init() throws {
    folder = try TemporaryFolder()
  }

  private func shelf(_ bytes: [UInt8]) throws -> BlobShelf {
    try folder.write(bytes, to: "x.tar")
    var shelf = BlobShelf()
    try shelf.add(folder.path.appending("x.tar"))
    return shelf
  }

  private func fault(_ bytes: [UInt8]) throws -> ArchiveFault? {
    do {
      _ = try shelf(bytes)
      return nil
    } catch ArchiveError.unreadable(_, let fault) { return fault }
  }

  private func fault(_ build: (inout TarWriter) -> Void) throws -> ArchiveFault? {
    var writer = TarWriter()
    build(&writer)
    writer.member(Array(blobName.utf8), content: content)
    writer.end()
    return try fault(writer.bytes)
  }

  @Test(
    "T099: a link, a pipe or a device in the place of a file is refused", arguments: ["1", "2", "3", "4", "6", "5"])
  func specialMembers(type: Character) throws {
    for name in ["oci-layout", "index.json", "./index.json", "blobs/sha256/\(Digest.hash([1]).hexadecimal)"] {
      let found = try fault { $0.member(name, type: type, link: "/etc/passwd") }
      #expect(found == .notAFile(name: name.hasPrefix("./") ? String(name.dropFirst(2)) : name))
    }
    #expect(try fault { $0.member("elsewhere", type: type, link: "/etc/passwd") } == nil, "others mean nothing")
  }

  @Test("T099: a link or a pipe in an image layout is refused or not there")
  func specialFiles() throws {
    let layout = folder.path.appending("layout")
    let blobs = layout.appending("blobs/sha256")
    try FileManager.default.createDirectory(atPath: blobs.string, withIntermediateDirectories: true)
    let outside = folder.path.appending("outside")
    try folder.write(content, to: "outside")
    func shelf() throws -> BlobShelf {
      var shelf = BlobShelf()
      try shelf.add(layout)
      return shelf
    }
    let marker = layout.appending("oci-layout")
    try FileManager.default.createSymbolicLink(atPath: marker.string, withDestinationPath: outside.string)
    #expect(throws: ArchiveError.unreadable(layout, .link(name: "oci-layout"))) { try shelf() }
    try FileManager.default.removeItem(atPath: marker.string)
    try folder.write(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), to: "layout/oci-layout")

    let blob = blobs.appending(digest.hexadecimal)
    let size = Int64(content.count)
    try FileManager.default.createSymbolicLink(atPath: blob.string, withDestinationPath: outside.string)
    #expect(try shelf().blob(digest, size: size) == nil, "a link")
    try FileManager.default.removeItem(atPath: blob.string)
    try #require(mkfifo(blob.string, 0o600) == 0)
    #expect(try shelf().blob(digest, size: size) == nil, "a pipe, which is not waited for")
    try FileManager.default.removeItem(atPath: blob.string)
    try FileManager.default.createDirectory(atPath: blob.string, withIntermediateDirectories: false)
    #expect(try shelf().blob(digest, size: size) == nil, "a folder")
    try FileManager.default.removeItem(atPath: blob.string)
    try folder.write(content, to: "layout/blobs/sha256/\(digest.hexadecimal)")
    #expect(try shelf().blob(digest, size: size) != nil)
    try FileManager.default.moveItem(atPath: blobs.string, toPath: folder.path.appending("moved").string)
    try FileManager.default.createSymbolicLink(
      atPath: blobs.string, withDestinationPath: folder.path.appending("moved").string)
    #expect(try shelf().blob(digest, size: size) != nil, "the folder of the blobs may be on another disk")
    let moved = folder.path.appending("moved/\(digest.hexadecimal)")
    try FileManager.default.removeItem(atPath: moved.string)
    try FileManager.default.createSymbolicLink(atPath: moved.string, withDestinationPath: outside.string)
    #expect(try shelf().blob(digest, size: size) == nil, "a link there")
  }

  @Test("T100: names that lead elsewhere mean nothing, and nothing is made under them")
  func names() throws {
    let before = try folder.names
    let hex = digest.hexadecimal
    let names = [
      "../x", "../../etc/passwd", "/etc/passwd", "/blobs/sha256/\(hex)", "blobs/../blobs/sha256/\(hex)",
      "blobs/sha256/../sha256/\(hex)", "blobs//sha256/\(hex)", "blobs/sha256/\(hex.uppercased())",
      "blobs/md5/\(hex)", "blobs/sha256/\(hex)/", "././blobs/sha256/\(hex)", "",
    ]
    for name in names {
      #expect(try fault { $0.member(name, content: [1]) } == nil, "\(name)")
    }
    #expect(try fault { $0.member(Array("a\u{0}b".utf8), content: [1]) } == nil)
    #expect(try fault { $0.member([0xFF, 0xFE, 0x80], content: [1]) } == nil)
    let long = String(repeating: "x", count: 70 << 10)
    #expect(
      try fault {
        $0.extended([("path", long)])
        $0.member("short", content: [1])
      } == nil)
    #expect(
      try fault {
        $0.member("L", type: "L", content: Array(long.utf8))
        $0.member("s", content: [1])
      } == nil)
    #expect(
      try fault {
        $0.extended([("path", "a\u{0}b")])
        $0.member("s")
      } == .malformedHeader(offset: 0, name: "PaxHeaders/x"), "NUL in a record")
    #expect(try folder.names == (before + ["x.tar"]).sorted())
  }

  @Test("T100: the same member twice is refused")
  func duplicates() throws {
    #expect(try fault { $0.member(blobName, content: [1]) } == .duplicate(name: blobName))
    #expect(try fault { $0.member("./" + blobName, content: content) } == .duplicate(name: blobName))
    let index = Array("{}".utf8)
    #expect(
      try fault {
        $0.member("index.json", content: index)
        $0.member("index.json", content: index)
      } == .duplicate(name: "index.json"))
    #expect(try fault { $0.member("index.json", content: Array("{".utf8)) } == .unreadableIndex)
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    #expect(try fault { $0.member("index.json", content: mark + index) } == .byteOrderMark(name: "index.json"))
    #expect(throws: ArchiveFault.byteOrderMark(name: "manifest.json")) {
      try DockerEntry.read(mark + Array("[]".utf8))
    }
    let deep = String(repeating: "[", count: 100_000)
    #expect(try fault { $0.member("index.json", content: Array(deep.utf8)) } == .unreadableIndex)
    #expect(
      try fault { $0.member("index.json", content: [UInt8](repeating: 0x20, count: 9 << 20)) }
        == .tooLarge(limit: 8 << 20, name: "index.json"))
  }

  @Test("T101: an archive cut at any block, with one zero block, or with bytes behind its end is no whole archive")
  func truncation() throws {
    let image = try SampleImage()
    let bytes = try ArchivePlan(images: [image.archived]).bytes(image.contents)
    for length in stride(from: 0, to: bytes.count, by: 512) {
      let found = try fault(Array(bytes.prefix(length)))
      #expect(found == (length == 0 ? .notAnArchive : .truncated), "\(length)")
      #expect(found.map { ArchiveError.unreadable("", $0).failureClass } == (length == 0 ? .usage : .integrity))
    }
    for length in stride(from: 1, to: bytes.count, by: 997) {
      #expect(try fault(Array(bytes.prefix(length))) != nil, "\(length)")
    }
    #expect(try fault(bytes + [UInt8](repeating: 0, count: 8_192)) == nil, "writers fill up their last record")
    #expect(try fault(bytes + [1]) == .bytesBehindEnd)
    #expect(try fault(bytes + [UInt8](repeating: 0, count: 4_096) + [1]) == .bytesBehindEnd)
    #expect(try fault(bytes + [UInt8](repeating: 0, count: 2 << 20)) == .bytesBehindEnd)
  }

  @Test("T102: sizes that could be read in two ways are refused")
  func conflictingSizes() throws {
    let conflict = ArchiveFault.conflictingSizes(offset: 1_024, name: "a")
    for (declared, record) in [(0, 5), (5, 0), (5, 512), (512, 5)] as [(Int64, Int64)] {
      let found = try fault { writer in
        writer.extended([("size", "\(record)")])
        writer.member(Array("a".utf8), content: content, declared: declared)
      }
      #expect(found == conflict, "\(declared) and \(record)")
    }
    #expect(
      try fault {
        $0.extended([("size", "5")])
        $0.member("a", content: content)
      } == nil)
  }

  @Test(
    "T102: sizes that are none are refused",
    arguments: ["-1", "18446744073709551616", "9223372036854775808", "1.5", " 5", "0x5", "5 ", "٥"])
  func malformedSizes(text: String) throws {
    let found = try fault {
      $0.extended([("size", text)])
      $0.member("a", content: content)
    }
    #expect(found == .malformedHeader(offset: 0, name: "PaxHeaders/x"))
  }

  @Test("T102: numbers in base 256: negative and too large ones are refused, right ones are read")
  func binaryNumbers() throws {
    func field(_ bytes: [UInt8]) -> [UInt8] { bytes + [UInt8](repeating: 0, count: 12 - bytes.count) }
    let negative = [UInt8](repeating: 0xFF, count: 12)
    let large = [0x80] + [UInt8](repeating: 0xFF, count: 11)
    let sixtyFour = [0x80, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 8)
    for bytes in [negative, large, sixtyFour, field([0x81]), field(Array("12x".utf8)), field(Array("9".utf8))] {
      let found = try fault { writer in
        writer.member("first")
        writer.member(Array("a".utf8), content: content, sizeField: bytes)
      }
      #expect(found == .malformedHeader(offset: 512), "\(bytes)")
    }
    let right: [UInt8] = [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5]
    #expect(try fault { $0.member(Array("a".utf8), content: content, sizeField: right) } == nil)
    #expect(
      try fault { $0.member(Array("a".utf8), content: content, declared: 0o7_777_777_777) } == .truncated)
  }

  @Test("T102: sparse members, and extended headers that are too large or malformed, are refused")
  func extensions() throws {
    #expect(try fault { $0.member("a", type: "S", content: content) } == .sparseMember(offset: 0, name: "a"))
    let map = String(repeating: "1,1,", count: 1_000)
    #expect(
      try fault {
        $0.extended([("GNU.sparse.map", map)])
        $0.member("a")
      } == .sparseMember(offset: 4_608, name: "a"))
    let large = [UInt8](repeating: 0x61, count: 2 << 20)
    #expect(try fault { $0.member("x", type: "x", content: large) } == .tooLarge(limit: 1 << 20, name: "x"))
    #expect(try fault { $0.member("x", type: "L", content: large) } == .tooLarge(limit: 1 << 20, name: "x"))
    // Each within the limit, and too many of them.
    let comment = String(repeating: "c", count: (1 << 20) - 40)
    #expect(
      try fault { writer in
        for _ in 0..<17 {
          writer.extended([("comment", comment)])
          writer.member("a")
        }
      } == .tooLarge(limit: 16 << 20, name: "PaxHeaders/x"))
    let records = [
      "5", "5 ", "0 a=b\n", "99 a=b\n", "6 a=b", "6 ab\n\n", "5 =b\n", "-1 a=b\n", "99999999999999999999 a=b\n",
      "6 a=b\nx",
    ]
    for text in records {
      let found = try fault {
        $0.member("x", type: "x", content: Array(text.utf8))
        $0.member("a")
      }
      #expect(found == .malformedHeader(offset: 0, name: "x"), "\(text)")
    }
    #expect(
      try fault {
        $0.extended([("size", "5")], type: "g")
        $0.member("a")
      } == .malformedHeader(offset: 0, name: "PaxHeaders/x"))
    #expect(
      try fault {
        $0.extended([("comment", "x")], type: "g")
        $0.member("a")
      } == nil)
    #expect(
      try fault {
        $0.extended([("a", "b")])
        $0.extended([("a", "b")])
        $0.member("a")
      }
        == .malformedHeader(offset: 1_024, name: "PaxHeaders/x"))
    var dangling = TarWriter()
    dangling.member("a")
    dangling.extended([("size", "5")])
    dangling.end()
    #expect(try fault(dangling.bytes) == .malformedHeader(offset: 1_536))
  }

  @Test("T102: names that could be read in two ways are refused, as in a layer")
  func conflictingNames() throws {
    func long(_ writer: inout TarWriter, _ name: String, type: Character = "L") {
      writer.member("././@LongLink", type: type, content: Array("\(name)\u{0}".utf8))
    }
    #expect(
      try fault {
        $0.extended([("path", "a")])
        long(&$0, "b")
        $0.member("c")
      } == .malformedHeader(offset: 2_048, name: "c"))
    #expect(
      try fault {
        $0.extended([("linkpath", "a")])
        long(&$0, "b", type: "K")
        $0.member("c", type: "2", link: "d")
      } == .malformedHeader(offset: 2_048, name: "c"))
    #expect(
      try fault {
        $0.extended([("path", "a")])
        long(&$0, "a")
        $0.member("c")
      } == nil, "both say the same")
    for type: Character in ["L", "K"] {
      #expect(
        try fault {
          long(&$0, "a", type: type)
          long(&$0, "a", type: type)
          $0.member("c")
        } == .malformedHeader(offset: 1_024, name: "././@LongLink"), "twice")
      var dangling = TarWriter()
      dangling.member("a")
      long(&dangling, "b", type: type)
      dangling.end()
      #expect(try fault(dangling.bytes) == .malformedHeader(offset: 1_536), "before nothing")
    }
    #expect(
      try fault {
        $0.extended([("linkpath", "a")], type: "g")
        $0.member("c")
      } == .malformedHeader(offset: 0, name: "PaxHeaders/x"))
  }

  @Test("T098: archives with random damage are read or refused, and nothing else")
  func randomDamage() throws {
    let image = try SampleImage(layers: [10, 600])
    let bytes = try ArchivePlan(images: [image.archived]).bytes(image.contents)
    let seed: UInt64 = 102
    var random = SeededRandom(seed: seed)
    for round in 0..<1_500 {
      var damaged = bytes
      for _ in 0...Int.random(in: 0..<4, using: &random) {
        let place = Int.random(in: 0..<damaged.count, using: &random)
        damaged[place] = UInt8.random(in: .min ... .max, using: &random)
      }
      if round % 3 == 0 {
        // Headers whose checksum is right again get past the first look.
        for start in stride(from: 0, to: damaged.count - 511, by: 512) where damaged[start + 257] == 0x75 {
          damaged.replaceSubrange((start + 148)..<(start + 156), with: Array("        ".utf8))
          let digits = String(damaged[start..<(start + 512)].reduce(0) { $0 + Int($1) }, radix: 8)
          let sum = String(repeating: "0", count: 6 - digits.count) + digits + "\u{0} "
          damaged.replaceSubrange((start + 148)..<(start + 156), with: Array(sum.utf8))
        }
      }
      do {
        let shelf = try shelf(damaged)
        for (digest, content) in image.contents {
          guard let blob = shelf.blob(digest, size: Int64(content.count)) else { continue }
          #expect(blob.offset >= 512 && blob.offset + blob.size <= Int64(damaged.count), "seed \(seed), round \(round)")
        }
      } catch ArchiveError.unreadable {}
    }
  }
}
