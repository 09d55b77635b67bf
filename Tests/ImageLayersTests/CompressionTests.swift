import ImageLayers
import Testing

@Suite("Compression by its mark")
struct CompressionTests {
  @Test(
    "the first bytes say what it is",
    arguments: [
      ([0x1F, 0x8B, 0x08, 0, 0, 0], Compression.gzip), ([0x28, 0xB5, 0x2F, 0xFD, 0, 0], .zstd),
      ([0x5A, 0x2A, 0x4D, 0x18, 0, 0], .zstd), (Array("BZh91A".utf8), .bzip2),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .xz), (Array("bin/ba".utf8), .none), ([], .none), ([0x1F], .none),
    ])
  func mark(_ bytes: [UInt8], _ compression: Compression) {
    #expect(Compression(detecting: bytes) == compression)
  }
}
