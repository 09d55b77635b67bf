import SystemPackage
import Testing

@testable import ImageArchive

@Suite("Pressure on the page cache")
struct PageCachePressureTests {
  @Test("an archive is large from half of the memory that there is")
  func threshold() {
    #expect(!PageCachePressure.isHigh(size: 370 << 20, available: 8 << 30))
    #expect(PageCachePressure.isHigh(size: 20 << 30, available: 8 << 30))
    #expect(PageCachePressure.isHigh(size: 370 << 20, available: 64 << 20))
    #expect(!PageCachePressure.isHigh(size: 370 << 20, available: nil))
    #expect(PageCachePressure.isHigh(size: 20 << 30, available: nil))
  }

  @Test("what the system says is read, and what makes no sense is not")
  func memory() {
    #expect(PageCachePressure.available(in: "MemTotal:  100 kB\nMemAvailable:   24 kB\nBuffers: 1 kB\n") == 24 << 10)
    #expect(PageCachePressure.available(in: "MemTotal:  100 kB\n") == nil)
    #expect(PageCachePressure.available(in: "MemAvailable: 9223372036854775807 kB") == nil)
    #expect(PageCachePressure.available(in: "MemAvailable: x kB") == nil)
    #expect(PageCachePressure.available(in: "") == nil)
  }

  @Test("bytes that are written out and forgotten are the same when they are read")
  func bytes() throws {
    let folder = try TemporaryFolder()
    let archive = try PartialArchive(at: try OutputPath(folder.path.appending("a.tar")))
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try bytes.withUnsafeBytes { try archive.write($0, at: 5000) }
    archive.beginWriteback()
    archive.releaseCache(0..<2_000_000)
    archive.releaseCache(7..<7)
    var read = [UInt8](repeating: 0, count: bytes.count)
    let count = try read.withUnsafeMutableBytes { try archive.read(into: $0, at: 5000) }
    #expect(count == bytes.count)
    #expect(read == bytes)
  }
}
