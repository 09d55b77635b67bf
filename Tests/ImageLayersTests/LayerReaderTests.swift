import ImageLayers
import ImageModel
import TarFormat
import Testing

@Suite("Entries of layers that tar programs wrote")
struct LayerReaderTests {
  /// A folder with one entry of each kind, and its tar.
  private static func everything(_ tar: String) -> String {
    """
    mkdir -p in/usr/bin in/dev; cd in
    printf hello >usr/bin/hello; chmod 4755 usr/bin/hello; ln usr/bin/hello usr/bin/again; ln -s ../bin/hello usr/bin/link
    mkfifo dev/pipe; mknod dev/null c 1 3; mknod dev/loop b 7 259
    long=$(printf 'n%.0s' {1..120}); mkdir $long; head -c 1000 /dev/zero >$long/$long; ln -s $long/$long longlink
    touch -d '2001-02-03T04:05:06.789Z' usr/bin/hello usr/bin
    \(tar)
    """
  }

  @Test(
    "kinds, modes, owners, times, links, devices and long names",
    arguments: [
      "tar --format=pax -cf - .", "tar --format=gnu -cf - .", "bsdtar --format=pax -cf - .",
      "bsdtar --format=gnutar -cf - .", "tar --format=pax -cf - * | gzip", "tar --format=gnu -cf - * | zstd -q",
      "python3 -c 'import sys,tarfile; t=tarfile.open(fileobj=sys.stdout.buffer,mode=\"w|\",format=tarfile.PAX_FORMAT); t.add(\".\")'",
      "python3 -c 'import sys,tarfile; t=tarfile.open(fileobj=sys.stdout.buffer,mode=\"w|\",format=tarfile.GNU_FORMAT); t.add(\".\")'",
    ])
  func everyKind(tar: String) async throws {
    let close = tar.hasPrefix("python3") ? tar.replacing(")'", with: "); t.close()'") : tar
    let bytes = try await Shell.bytes(Self.everything(close))
    let all = try entries(bytes, piece: 1_000, buffer: 333)
    func find(_ path: String) throws -> (entry: LayerEntry, content: [UInt8]) {
      try #require(all.first { $0.entry.path.text == path }, "\(path)")
    }
    let names = ["usr/bin/hello", "usr/bin/again"]
    let first = try #require(all.first { names.contains($0.entry.path.text) })
    let file = first.entry
    #expect(file.kind == .file && first.content == Array("hello".utf8) && file.size == 5)
    #expect(file.mode == 0o4755 && file.userID == 0 && file.groupID == 0)
    #expect(file.modified.seconds == 981_173_106)
    if tar.contains("pax") || tar.contains("PAX") { #expect(file.modified.nanoseconds == 789_000_000) }
    let other = try find(names.first { $0 != file.path.text } ?? "").entry
    #expect(other.kind == .hardLink(file.path) && other.size == 0)
    let link = try find("usr/bin/link").entry
    #expect(link.kind == .symbolicLink && link.linkTarget == Array("../bin/hello".utf8))
    #expect(try find("usr/bin").entry.kind == .directory)
    #expect(try find("dev/pipe").entry.kind == .pipe)
    #expect(try find("dev/null").entry.kind == .characterDevice(major: 1, minor: 3))
    #expect(try find("dev/loop").entry.kind == .blockDevice(major: 7, minor: 259))
    let long = String(repeating: "n", count: 120)
    #expect(try find("\(long)/\(long)").content == [UInt8](repeating: 0, count: 1_000))
    #expect(try find("longlink").entry.linkTarget == Array("\(long)/\(long)".utf8))
  }

  @Test(
    "sparse files of all of GNU tar's formats: the data where they belong, holes as zeros",
    arguments: [
      "tar --format=gnu -S", "tar --format=pax -S --sparse-version=0.0", "tar --format=pax -S --sparse-version=0.1",
      "tar --format=pax -S --sparse-version=1.0", "bsdtar --read-sparse --format=pax",
    ])
  func sparse(tar: String) async throws {
    let make = """
      python3 - <<'END'
      with open("sparse", "wb") as f:
          for i in range(60):
              f.seek(i * 65536 + 8192); f.write(bytes([i + 1]) * 4096)
          f.truncate(8 << 20)
      END
      echo behind >z
      """
    let expected = try await Shell.bytes("\(make)\ncat sparse")
    let all = try entries(try await Shell.bytes("\(make)\n\(tar) -cf - sparse z"), buffer: 5_000)
    #expect(all.map(\.entry.path.text) == ["sparse", "z"])
    #expect(all[0].entry.size == 8 << 20 && all[0].content == expected)
    #expect(all[1].content == Array("behind\n".utf8))
    let map = try #require(all[0].entry.sparseMap)
    #expect(map.size == 8 << 20 && map.dataSize < 1 << 20)
  }

  @Test("the data of a sparse file come with the places that they belong to")
  func sparseData() async throws {
    let bytes = try await Shell.bytes(
      "truncate -s 1M s; printf x | dd of=s bs=1 seek=524288 conv=notrunc status=none; tar -S --format=pax -cf - s")
    let reader = LayerReader(Decompressor(source(bytes)))
    let entry = try #require(try reader.next())
    var buffer = [UInt8](repeating: 0, count: 100_000)
    let piece = try #require(try buffer.withUnsafeMutableBytes { try reader.readData(into: $0) })
    #expect(entry.size == 1 << 20 && piece.position == 524_288 && buffer[0] == UInt8(ascii: "x"))
    #expect(try reader.next() == nil)
  }

  @Test("extended attributes, as star and libarchive name them; owners and times beyond a header's room")
  func attributes() async throws {
    let bytes = try await Shell.bytes(
      """
      python3 - <<'END'
      import io, sys, tarfile
      t = tarfile.open(fileobj=sys.stdout.buffer, mode="w|", format=tarfile.PAX_FORMAT)
      i = tarfile.TarInfo("a"); i.size = 1; i.uid = 4000000000; i.gid = 3000000; i.mtime = -1.5; i.uname = "x" * 200
      i.pax_headers = {"SCHILY.xattr.security.capability": "\\x01\\0=\\n", "LIBARCHIVE.xattr.user.a%3Db": "aGVsbG8",
        "comment": "nothing", "hdrcharset": "BINARY"}
      t.addfile(i, io.BytesIO(b"1")); t.close()
      END
      """)
    let entry = try #require(try entries(bytes).first).entry
    #expect(entry.userID == 4_000_000_000 && entry.groupID == 3_000_000)
    #expect(entry.modified == TarTime(seconds: -2, nanoseconds: 500_000_000))
    #expect(
      entry.extendedAttributes == [
        Array("security.capability".utf8): [1, 0, 0x3D, 0x0A], Array("user.a=b".utf8): Array("hello".utf8),
      ])
  }

  @Test("numbers in base 256, times before 1970 among them")
  func base256() async throws {
    let bytes = try await Shell.bytes(
      "touch -d 1960-01-01T00:00:00Z a; tar --format=gnu --owner=:3000000000 --group=:2097152 -cf - a")
    let entry = try #require(try entries(bytes).first).entry
    #expect(entry.userID == 3_000_000_000 && entry.groupID == 2_097_152)
    #expect(entry.modified.seconds == -315_619_200)
  }

  @Test("a content that nobody reads is passed over, and the digest is that of the whole layer")
  func skipping() async throws {
    let bytes = try await Shell.bytes("for i in {1..50}; do head -c $((i * 700)) /dev/zero >$i; done; tar -cf - *")
    let stream = Decompressor(source(bytes), digest: .sha256)
    let reader = LayerReader(stream)
    var count = 0
    while try reader.next() != nil { count += 1 }
    #expect(count == 50 && stream.plainDigest == Digest.hash(bytes))
  }

  @Test("names that begin with ./ or /, or end with /, are the same paths")
  func names() async throws {
    let bytes = try await Shell.bytes("mkdir -p a/b; echo >a/b/c; tar -P -cf - ./a --transform 's,^./a,/a/./,'")
    #expect(try entries(bytes).map(\.entry.path.text) == ["a", "a/b", "a/b/c"])
  }
}
