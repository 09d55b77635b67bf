import FileAccess
import ImageArchive
import ImageModel
import TemporaryFolders
import Testing

/// Locks are those of open files, so two in one process exclude one another as two processes do.
@Suite("PartialArchive: one writer")
struct PartialArchiveLockTests {
  private let folder: TemporaryFolder
  private let output: OutputPath

  init() throws {
    folder = try TemporaryFolder()
    output = try OutputPath(folder.path.appending("x.tar"))
  }

  @Test("T050: a second writer is told at once")
  func busy() throws {
    let first = try PartialArchive(at: output)
    #expect(throws: FileError.lockedByOther(output.partialPath)) { try PartialArchive(at: output) }
    #expect(FileError.lockedByOther(output.partialPath).failureClass == .busy)
    try first.discard()
  }

  @Test("A writer that is gone frees the file")
  func freed() throws {
    var first: PartialArchive? = try PartialArchive(at: output)
    try first?.reserve(size: 10)
    first = nil
    let second = try PartialArchive(at: output)
    #expect(!second.isNew)
    #expect(!second.waitedForOther)
  }

  @Test("T050: a second writer that waits finds the archive that the first has finished")
  func waitsForCommit() async throws {
    let image = try SampleImage()
    let plan = try ArchivePlan(images: [image.archived])
    var first: PartialArchive? = try PartialArchive(at: output)
    try first?.reserve(size: plan.size)
    try plan.bytes(image.contents).withUnsafeBytes { try first?.write($0, at: 0) }
    var pauses = 0
    let second = try await PartialArchive.open(at: output) {
      pauses += 1
      guard pauses == 3 else { return }
      try first?.commit()
      first = nil
    }
    #expect(pauses == 3)
    #expect(second.waitedForOther)
    #expect(second.isNew)
    #expect(try plan.isStored(at: output.path))
    try second.discard()
    #expect(try folder.names == ["x.tar"])
  }

  @Test("A second writer that waits goes on where the first has stopped")
  func waitsForOther() async throws {
    let plan = try ArchivePlan(images: [SampleImage().archived])
    let blob = try #require(plan.blobs.last)
    var first: PartialArchive? = try PartialArchive(at: output)
    try first?.startJournal(plan: plan.fingerprint)
    try first?.note([.init(blob, 0..<5)])
    let second = try await PartialArchive.open(at: output) { first = nil }
    #expect(second.waitedForOther)
    #expect(!second.isNew)
    #expect(second.journal?.claims == [.init(blob, 0..<5)])
  }

  @Test("Waiting ends with what the pause throws")
  func waitingIsCancelled() async throws {
    let first = try PartialArchive(at: output)
    await #expect(throws: CancellationError.self) {
      try await PartialArchive.open(at: output) { throw CancellationError() }
    }
    try first.discard()
    #expect(try folder.names.isEmpty)
  }

  @Test("Other errors are not waited for")
  func otherErrors() async throws {
    let missing = try OutputPath(folder.path.appending("missing").appending("x.tar"))
    await #expect(throws: FileError.folderMissing(missing.folder)) {
      try await PartialArchive.open(at: missing) { Issue.record("waited for a folder that is not there") }
    }
  }
}
