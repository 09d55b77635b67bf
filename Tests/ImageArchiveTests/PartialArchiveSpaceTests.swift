import FileAccess
import ImageModel
import SystemPackage
import TemporaryFolders
import Testing

@testable import ImageArchive

@Suite("PartialArchive: space on disk")
struct PartialArchiveSpaceTests {
  @Test("The file has its size and its blocks before the first byte")
  func reserves() throws {
    let folder = try TemporaryFolder()
    let output = try OutputPath(folder.path.appending("x.tar"))
    let archive = try PartialArchive(at: output)
    try archive.reserve(size: 1 << 20)
    let status = try Stat(output.partialPath)
    #expect(status.size == 1 << 20)
    try archive.reserve(size: 1_000)
    #expect(try Stat(output.partialPath).size == 1_000)
    try archive.reserve(size: 0)
    #expect(try Stat(output.partialPath).size == 0)
  }

  #if os(Linux)
    @Test(
      "T047: a disk that is too small is told with both figures, and nothing is left",
      .enabled(if: TemporaryFolder.canMount, "needs root"))
    func diskTooSmall() throws {
      let folder = try TemporaryFolder(size: 1 << 20)
      try folder.write([1, 2, 3], to: "x.tar")
      let output = try OutputPath(folder.path.appending("x.tar"))
      let archive = try PartialArchive(at: output)
      let error = #expect(throws: ArchiveError.self) { try archive.reserve(size: 3 << 20) }
      guard case .file(.noSpace(output.partialPath, 3 << 20, let free)) = error else {
        Issue.record("\(String(describing: error)) instead of too little space")
        return
      }
      #expect((1..<(1 << 20)).contains(free))
      #expect(error?.failureClass == .localIO)
      #expect(try folder.names == ["x.tar"])
      #expect(try folder.read("x.tar") == [1, 2, 3])
    }

    @Test(
      "T047: an unfinished file of an earlier run outlives a disk that is too small",
      .enabled(if: TemporaryFolder.canMount, "needs root"))
    func keepsEarlierRun() throws {
      let folder = try TemporaryFolder(size: 1 << 20)
      let output = try OutputPath(folder.path.appending("x.tar"))
      let plan = try ArchivePlan(images: [SampleImage(layers: [3 << 20]).archived])
      let blob = try #require(plan.blobs.last)
      var archive: PartialArchive? = try PartialArchive(at: output)
      try archive?.startJournal(plan: plan.fingerprint)
      try ([7, 7] as [UInt8]).withUnsafeBytes { try archive?.write($0, at: blob.offset) }
      try archive?.note([.init(blob, 0..<2)])
      archive = nil
      let next = try PartialArchive(at: output)
      #expect(throws: ArchiveError.self) { try next.reserve(size: plan.size) }
      #expect(!next.holdsNothing)
      #expect(try folder.names == ["x.tar.part", "x.tar.part.journal"])
      #expect(try folder.read("x.tar.part").suffix(2) == [7, 7])
    }

    @Test(
      "T048: a disk that fills up is an error of its own, and writing goes on when there is space",
      .enabled(if: TemporaryFolder.canMount, "needs root"))
    func diskFillsUp() throws {
      let folder = try TemporaryFolder(size: 1 << 20)
      let output = try OutputPath(folder.path.appending("x.tar"))
      try folder.write([UInt8](repeating: 1, count: 600 << 10), to: "filler")
      let archive = try PartialArchive(at: output)
      let bytes = [UInt8](repeating: 5, count: 800 << 10)
      let error = #expect(throws: FileError.self) {
        try bytes.withUnsafeBytes { try archive.write($0, at: 0) }
      }
      guard case .noSpace(output.partialPath, _, let free) = error else {
        Issue.record("\(String(describing: error)) instead of too little space")
        return
      }
      #expect(free < 1 << 20)
      #expect(try folder.names == ["filler", "x.tar.part"])
      try folder.write([], to: "filler")
      try bytes.withUnsafeBytes { try archive.write($0, at: 0) }
      #expect(try folder.read("x.tar.part") == bytes)
    }
  #endif
}
