import FileAccess
import FoundationEssentials
import ImageModel
import SystemPackage
import TemporaryFolders
import Testing

@testable import ImageArchive

@Suite("PartialArchive")
struct PartialArchiveTests {
  private let folder: TemporaryFolder
  private let output: OutputPath
  private let image: SampleImage
  private let plan: ArchivePlan

  init() throws {
    folder = try TemporaryFolder()
    output = try OutputPath(folder.path.appending("x.tar"))
    image = try SampleImage()
    plan = try ArchivePlan(images: [image.archived])
  }

  /// Writes the whole archive and notes every blob.
  private func fill(_ archive: PartialArchive) throws {
    try archive.reserve(size: plan.size)
    try archive.startJournal(plan: plan.fingerprint)
    for extent in plan.extents {
      switch extent {
      case .literal(let offset, let bytes): try bytes.withUnsafeBytes { try archive.write($0, at: offset) }
      case .blob(let offset, let descriptor):
        try image.contents[descriptor.digest, default: []].withUnsafeBytes { try archive.write($0, at: offset) }
      }
    }
    try archive.note(plan.blobs.map { .init($0, 0..<$0.size) })
  }

  @Test("A complete archive gets its name, and nothing else is left")
  func commit() throws {
    let archive = try PartialArchive(at: output)
    #expect(archive.isNew)
    #expect(archive.journal == nil)
    #expect(!archive.waitedForOther)
    try fill(archive)
    #expect(try folder.names == ["x.tar.part", "x.tar.part.journal"])
    #expect(try !plan.isStored(at: output.path))
    try archive.commit()
    #expect(try folder.names == ["x.tar"])
    #expect(try folder.read("x.tar") == plan.bytes(image.contents))
    #expect(try plan.isStored(at: output.path))
  }

  @Test("An older file stays as it is until the new one is complete")
  func replaces() throws {
    try folder.write([1, 2, 3], to: "x.tar")
    let archive = try PartialArchive(at: output)
    try fill(archive)
    #expect(try folder.read("x.tar") == [1, 2, 3])
    try archive.commit()
    #expect(try folder.read("x.tar") == plan.bytes(image.contents))
  }

  @Test("Bytes are written in any order from many tasks, and read again")
  func positions() async throws {
    let archive = try PartialArchive(at: output)
    let bytes = plan.bytes(image.contents)
    try archive.reserve(size: plan.size)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for start in stride(from: 0, to: bytes.count, by: 100).reversed() {
        group.addTask {
          let end = min(start + 100, bytes.count)
          try bytes[start..<end].withUnsafeBytes { try archive.write($0, at: Int64(start)) }
        }
      }
      try await group.waitForAll()
    }
    var read = [UInt8](repeating: 0xFF, count: bytes.count + 10)
    let count = try read.withUnsafeMutableBytes { try archive.read(into: $0, at: 0) }
    #expect(count == bytes.count)
    #expect(read.prefix(count).elementsEqual(bytes))
  }

  @Test("What an earlier run noted is there for the next one")
  func resumes() throws {
    let blob = try #require(plan.blobs.last)
    var archive: PartialArchive? = try PartialArchive(at: output)
    try archive?.reserve(size: plan.size)
    try archive?.startJournal(plan: plan.fingerprint)
    try archive?.note([.init(blob, 0..<100)])
    try archive?.makeDurable()
    try archive?.note([.init(blob, 200..<300)])
    archive = nil
    let next = try PartialArchive(at: output)
    #expect(!next.isNew)
    #expect(next.journal?.plan == plan.fingerprint)
    #expect(next.journal?.blobs[blob.digest]?.ranges.ranges == [0..<100, 200..<300])
    #expect(!next.holdsNothing)
    try next.startJournal(plan: plan.fingerprint, keeping: [.init(blob, 200..<300)])
    #expect(
      try TransferJournal(parsing: folder.read("x.tar.part.journal"), boot: nil)?.claims == [.init(blob, 200..<300)])
  }

  @Test("A file without bytes of any blob is told from one that has some")
  func holdsNothing() throws {
    let blob = try #require(plan.blobs.last)
    let archive = try PartialArchive(at: output)
    #expect(archive.holdsNothing)
    try archive.startJournal(plan: plan.fingerprint)
    #expect(archive.holdsNothing)
    try archive.note([.init(blob, 0..<1)])
    #expect(!archive.holdsNothing)
    try archive.startJournal(plan: plan.fingerprint)
    #expect(archive.holdsNothing)
  }

  @Test("What is given up leaves nothing")
  func discard() throws {
    try folder.write([1], to: "other")
    let archive = try PartialArchive(at: output)
    try fill(archive)
    try archive.discard()
    #expect(try folder.names == ["other"])
  }

  @Test(
    "T025: a journal that cannot be read is told of, and the file is used anew",
    arguments: ["", "x", "dray-journal 9\n"])
  func unusableJournal(_ text: String) throws {
    try folder.write([1, 2, 3], to: "x.tar.part")
    try folder.write(Array(text.utf8), to: "x.tar.part.journal")
    let archive = try PartialArchive(at: output)
    #expect(archive.foundUnusableJournal)
    #expect(archive.journal == nil)
    #expect(archive.holdsNothing)
    try fill(archive)
    try archive.commit()
    #expect(try folder.names == ["x.tar"])
    #expect(try plan.isStored(at: output.path))
  }

  @Test("T025: a journal too large to be one is not read")
  func hugeJournal() throws {
    let file = try FileDescriptor.open(
      output.journalPath, .readWrite, options: .create, permissions: [.ownerReadWrite])
    try file.resize(to: 1 << 40)
    try file.close()
    #expect(try PartialArchive(at: output).foundUnusableJournal)
  }

  @Test("T091: the unfinished file and its journal are the user's alone, whatever the umask; the archive follows it")
  func modes() throws {
    let blob = try #require(plan.blobs.last)
    var archive: PartialArchive? = try PartialArchive(at: output)
    try archive?.startJournal(plan: plan.fingerprint)
    try archive?.note([.init(blob, 0..<1)])
    #expect(try folder.mode(of: "x.tar.part") == "600")
    #expect(try folder.mode(of: "x.tar.part.journal") == "600")
    archive = nil
    for name in ["x.tar.part", "x.tar.part.journal"] {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o666], ofItemAtPath: folder.path.appending(name).string)
    }
    let next = try PartialArchive(at: output)
    #expect(
      next.journal?.claims == [.init(blob, 0..<1)], "T025: a journal that others may write is hashed like any other")
    try fill(next)
    #expect(try folder.mode(of: "x.tar.part") == "600")
    #expect(try folder.mode(of: "x.tar.part.journal") == "600")
    try next.commit()
    #expect(try folder.mode(of: "x.tar") == String(0o666 & ~ProcessUmask.value, radix: 8))
  }

  @Test("Reading the umask leaves it as it is")
  func umaskStays() throws {
    _ = ProcessUmask.value
    try folder.write([1], to: "plain")
    #expect(try folder.mode(of: "plain") == String(0o666 & ~ProcessUmask.value, radix: 8))
  }

  @Test("T023: a run that ended between the last byte and the renaming goes on with everything")
  func endedBeforeRename() throws {
    var archive: PartialArchive? = try PartialArchive(at: output)
    if let archive { try fill(archive) }
    archive = nil
    let next = try PartialArchive(at: output)
    #expect(next.journal?.claims.map(\.range.upperBound) == plan.blobs.filter { $0.size > 0 }.map(\.size))
    try next.commit()
    #expect(try plan.isStored(at: output.path))
  }

  @Test("T023: a run that ended between the renaming and the end of its journal is told by that journal")
  func endedAfterRename() throws {
    var archive: PartialArchive? = try PartialArchive(at: output)
    if let archive { try fill(archive) }
    let journal = try folder.read("x.tar.part.journal")
    try archive?.commit()
    archive = nil
    try folder.write(journal, to: "x.tar.part.journal")
    let next = try PartialArchive(at: output)
    #expect(next.isNew)
    #expect(next.journal?.plan == plan.fingerprint)
    #expect(next.holdsNothing)
    #expect(try plan.isStored(at: output.path))
    try next.discard()
    #expect(try folder.names == ["x.tar"])
  }

  @Test("An unfinished file that was replaced meanwhile is not given the archive's name")
  func replacedMeanwhile() throws {
    try folder.write([1, 2, 3], to: "x.tar")
    let archive = try PartialArchive(at: output)
    try fill(archive)
    try FileManager.default.removeItem(atPath: output.partialPath.string)
    #expect(throws: FileError.fileReplaced(output.partialPath)) { try archive.commit() }
    try folder.write([6, 6, 6], to: "x.tar.part")
    #expect(throws: FileError.fileReplaced(output.partialPath)) { try archive.commit() }
    try archive.discard()
    #expect(try folder.read("x.tar") == [1, 2, 3])
    #expect(try folder.read("x.tar.part") == [6, 6, 6])
  }

  @Test("A directory that comes to stand at the output path is an error")
  func directoryMeanwhile() throws {
    let archive = try PartialArchive(at: output)
    try fill(archive)
    try FileManager.default.createDirectory(atPath: output.path.string, withIntermediateDirectories: false)
    #expect(throws: FileError.outputIsDirectory(output.path)) { try archive.commit() }
  }
}
