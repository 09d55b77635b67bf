import ImageLayers
import ImageModel
import SeededRandom
import Testing

@Suite("Decompression of layers")
struct DecompressorTests {
  private static let text = Array("the plain bytes of a layer\n".utf8)

  private static func compressed(_ command: String, _ bytes: [UInt8] = text) async throws -> [UInt8] {
    let octal = bytes.map { "\\\(String($0, radix: 8))" }.joined()
    return try await Shell.bytes("printf '\(octal)' | { \(command); }")
  }

  @Test(
    "gzip, zstd and plain, of one member and of many, in whatever pieces they come",
    arguments: [
      ("cat", Compression.none, 1), ("gzip", .gzip, 1), ("zstd -q", .zstd, 1),
      ("gzip >a; cat a a", .gzip, 2),
      ("zstd -q >a; cat a a a", .zstd, 3), ("printf '\\x50\\x2a\\x4d\\x18\\x03\\0\\0\\0abc'; zstd -q", .zstd, 1),
    ])
  func formats(command: String, compression: Compression, times: Int) async throws {
    let bytes = try await Self.compressed(command)
    let expected = Array(repeatElement(Self.text, count: times).joined())
    for (piece, buffer) in [(1, 1), (1, 4_096), (7, 3), (1 << 16, 1 << 16)] {
      let stream = Decompressor(source(bytes, piece: piece), digest: .sha256)
      #expect(try plain(stream, buffer: buffer) == expected)
      #expect(stream.compression == compression)
      #expect(stream.plainDigest == Digest.hash(expected))
      #expect(stream.plainCount == Int64(expected.count) && stream.sourceCount == Int64(bytes.count))
    }
  }

  @Test(
    "10 MB of random and repeated bytes are what gzip and zstd packed", arguments: ["gzip -1", "zstd -q -3 --long=27"])
  func large(command: String) async throws {
    let expected = try await Shell.bytes(Self.mixed)
    let bytes = try await Shell.bytes("\(Self.mixed) | \(command)")
    let stream = Decompressor(source(bytes), digest: .sha256)
    #expect(try plain(stream) == expected)
    #expect(stream.plainDigest == Digest.hash(expected))
  }

  private static let mixed =
    "python3 -c 'import random,sys; r=random.Random(5); [sys.stdout.buffer.write(r.randbytes(9000)*r.randrange(1,9)) for _ in range(250)]'"

  @Test("an empty stream is an empty layer")
  func empty() throws {
    #expect(try plain(Decompressor(source([]))).isEmpty)
    #expect(try plain(Decompressor(source([0x1F]))) == [0x1F])
  }

  @Test("T101: a stream that ends early, at whatever byte, is told from a whole one", arguments: ["gzip", "zstd -q"])
  func truncated(command: String) async throws {
    let bytes = try await Self.compressed(command)
    let compression = Compression(detecting: bytes)
    for count in 6..<bytes.count {
      #expect(throws: LayerError.truncated(compression)) { try plain(Decompressor(source(Array(bytes[..<count])))) }
    }
  }

  @Test(
    "T101: garbage behind the end and a wrong checksum are errors of their own",
    arguments: [("gzip", Compression.gzip), ("zstd -q --check", .zstd)])
  func damaged(command: String, compression: Compression) async throws {
    let bytes = try await Self.compressed(command)
    #expect(throws: LayerError.bytesBehindEnd(compression)) {
      try plain(Decompressor(source(bytes + Array("garbage".utf8))))
    }
    var wrong = bytes
    // gzip: the checksum and the length end a member; zstd: the checksum ends a frame.
    wrong[bytes.count - (compression == .gzip ? 8 : 4)] ^= 1
    #expect(throws: LayerError.wrongChecksum(compression)) { try plain(Decompressor(source(wrong))) }
  }

  @Test("T103: formats that no layer may have are named", arguments: [("bzip2", Compression.bzip2), ("xz", .xz)])
  func unsupported(command: String, compression: Compression) async throws {
    let bytes = try await Self.compressed(command)
    let error = LayerError.unsupportedCompression(compression)
    #expect(throws: error) { try plain(Decompressor(source(bytes))) }
    #expect(error.failureClass == .unsupported)
  }

  @Test("a file named like a format's mark is no compressed layer")
  func marks() async throws {
    let bytes = try await Shell.bytes("echo x >BZh9; tar -cf - BZh9")
    #expect(try entries(bytes).map(\.entry.path.text) == ["BZh9"])
  }

  @Test(
    "T150: zeros are read to their end, however much comes of a byte: files of images are full of them",
    arguments: [("zstd -q -19 --long=27", 200, 10_000), ("gzip", 900, 1_020)])
  func zeros(command: String, mebibytes: Int, ratio: Int) async throws {
    let bytes = try await Shell.bytes("head -c \(mebibytes)M /dev/zero | \(command)")
    #expect(bytes.count * ratio < mebibytes << 20, "they are packed as well as zeros are")
    let stream = Decompressor(source(bytes))
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while try buffer.withUnsafeMutableBytes({ try stream.read(into: $0) }) > 0 {}
    #expect(stream.plainCount == Int64(mebibytes) << 20)
    // What bounds them is how many there may be.
    var limits = LayerLimits.standard
    limits.plainBytes = 64 << 20
    let bounded = Decompressor(source(bytes), limits: limits)
    #expect(throws: LayerError.tooLarge(limit: 64 << 20)) {
      while try buffer.withUnsafeMutableBytes({ try bounded.read(into: $0) }) > 0 {}
    }
    #expect(bounded.plainCount <= 64 << 20 + buffer.count)
  }

  @Test("T103: a limit of plain bytes holds to the byte", arguments: ["cat", "gzip", "zstd -q"])
  func tooLarge(command: String) async throws {
    let bytes = try await Self.compressed(command)
    var limits = LayerLimits.standard
    limits.plainBytes = Int64(Self.text.count)
    #expect(try plain(Decompressor(source(bytes), limits: limits)) == Self.text)
    limits.plainBytes -= 1
    #expect(throws: LayerError.tooLarge(limit: limits.plainBytes)) {
      try plain(Decompressor(source(bytes), limits: limits))
    }
  }

  @Test(
    "T103: endless members that hold nothing end",
    arguments: ["gzip </dev/null", "zstd -q </dev/null", "printf '\\x50\\x2a\\x4d\\x18\\0\\0\\0\\0'"])
  func endless(command: String) async throws {
    let member = try await Shell.bytes(command)
    var position = 0
    let source: ByteSource = { buffer in
      // Not quite endless: a test that fails is to end as well.
      guard position < 64 << 20 else { return 0 }
      for index in buffer.indices { buffer[index] = member[(position + index) % member.count] }
      position += buffer.count
      return buffer.count
    }
    #expect(throws: LayerError.tooManyEmptyMembers(limit: 1_024), "\(member)") { try plain(Decompressor(source)) }
  }

  @Test("a zstd frame gets no more memory than 128 MiB")
  func window() async throws {
    let bytes = try await Shell.bytes("head -c 300M /dev/zero | zstd -q --ultra -1 --long=28 --zstd=wlog=28")
    #expect(throws: LayerError.windowTooLarge(log: 27)) { try plain(Decompressor(source(bytes))) }
  }

  @Test("what the source throws comes through")
  func sourceError() {
    struct Lost: Error {}
    #expect(throws: Lost.self) { try plain(Decompressor { _ in throw Lost() }) }
  }
}
