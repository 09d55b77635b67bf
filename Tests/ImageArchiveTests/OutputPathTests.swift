import CLibrary
import FileAccess
import FoundationEssentials
import ImageArchive
import SystemPackage
import TemporaryFolders
import Testing

@Suite("OutputPath")
struct OutputPathTests {
  private let folder: TemporaryFolder
  private let path: FilePath

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path.appending("x.tar")
  }

  @Test("T049: a free path and a regular file are fine, and nothing is made or changed")
  func fine() throws {
    let output = try OutputPath.check(path)
    #expect(output.partialPath == folder.path.appending("x.tar.part"))
    #expect(output.journalPath == folder.path.appending("x.tar.part.journal"))
    #expect(try folder.names.isEmpty)
    try folder.write([1, 2, 3], to: "x.tar")
    #expect(try OutputPath.check(path) == output)
    #expect(try folder.read("x.tar") == [1, 2, 3])
  }

  @Test("A name alone is a file in the current folder")
  func nameAlone() throws {
    #expect(try OutputPath("x.tar").folder == ".")
    #expect(try OutputPath("x.tar").partialPath == "./x.tar.part")
  }

  @Test("T049: what is no file name is refused", arguments: ["", "/", ".", "..", "a/..", "a/."])
  func noName(_ path: String) {
    #expect(throws: FileError.outputIsDirectory(FilePath(path))) { try OutputPath.check(FilePath(path)) }
  }

  @Test("T049: a directory at the path is refused")
  func directory() throws {
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: false)
    #expect(throws: FileError.outputIsDirectory(path)) { try OutputPath.check(path) }
    #expect(FileError.outputIsDirectory(path).failureClass == .localIO)
    #expect(FileError.fileSizeLimit(path, needed: 1_001, limit: 1_000).failureClass == .localIO)
  }

  @Test("T049: a link at the path is refused, dangling or not", arguments: ["nowhere", "target"])
  func link(_ target: String) throws {
    try folder.write([1], to: "target")
    try FileManager.default.createSymbolicLink(atPath: path.string, withDestinationPath: target)
    #expect(throws: FileError.outputIsNotRegular(path)) { try OutputPath.check(path) }
  }

  @Test("T049: a pipe at the path is refused without waiting for its other end")
  func pipe() throws {
    #expect(mkfifo(path.string, 0o600) == 0)
    #expect(throws: FileError.outputIsNotRegular(path)) { try OutputPath.check(path) }
  }

  @Test("T049: a folder that is not there, or is a file, is refused")
  func noFolder() throws {
    try folder.write([1], to: "file")
    let (missing, file) = (folder.path.appending("missing"), folder.path.appending("file"))
    #expect(throws: FileError.folderMissing(missing)) { try OutputPath.check(missing.appending("x.tar")) }
    #expect(throws: FileError.notAFolder(file)) { try OutputPath.check(file.appending("x.tar")) }
  }

  #if os(Linux)
    @Test("T049: a folder on a read-only file system is refused", .enabled(if: TemporaryFolder.canMount, "needs root"))
    func readOnly() throws {
      let folder = try TemporaryFolder(size: 65_536, isReadOnly: true)
      #expect(throws: FileError.folderNotWritable(folder.path, .readOnlyFileSystem)) {
        try OutputPath.check(folder.path.appending("x.tar"))
      }
    }
  #endif

  @Test(
    "T025: an unfinished file or a journal that is a link is refused", arguments: ["x.tar.part", "x.tar.part.journal"])
  func untrusted(_ name: String) throws {
    try folder.write([1, 2, 3], to: "precious")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path.appending(name).string, withDestinationPath: "precious")
    let error = FileError.untrustedFile(folder.path.appending(name))
    #expect(throws: error) { try OutputPath.check(path) }
    #expect(throws: error) { try PartialArchive(at: OutputPath(path)) }
    #expect(error.failureClass == .refused)
    #expect(try folder.names == ["precious", name])
    #expect(try folder.read("precious") == [1, 2, 3])
  }

  @Test(
    "An unfinished file that has another name elsewhere is refused", arguments: ["x.tar.part", "x.tar.part.journal"])
  func hardLink(_ name: String) throws {
    try folder.write([1, 2, 3], to: "precious")
    try FileManager.default.linkItem(
      atPath: folder.path.appending("precious").string, toPath: folder.path.appending(name).string)
    let error = FileError.untrustedFile(folder.path.appending(name))
    #expect(throws: error) { try OutputPath.check(path) }
    #expect(throws: error) { try PartialArchive(at: OutputPath(path)) }
    #expect(try folder.read("precious") == [1, 2, 3])
  }
}
