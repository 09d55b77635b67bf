import SystemPackage
import TemporaryFolders
import Testing

@testable import ImageArchive

@Suite("PartialArchive: the page cache")
struct PartialArchivePageCacheTests {
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
