import FileAccess
import FoundationEssentials
import SystemPackage
import TemporaryFolders
import Testing

@Suite("Open folders")
struct FolderTests {
  @Test("a folder's names are read again and again, and no more of them than the limit")
  func names() throws {
    let temporary = try TemporaryFolder()
    for name in ["a", "b", "c"] { try temporary.write([], to: name) }
    let folder = try Folder(opening: temporary.path)
    for _ in 0..<2 { #expect(try folder.names().sorted() == ["a", "b", "c"]) }
    #expect(try folder.names(limit: 2).count == 2)
  }

  @Test("a file is written whole in the place of another one; a folder or a link there is an error")
  func write() throws {
    let temporary = try TemporaryFolder()
    let path = temporary.path.appending("list")
    for content in ["old", "the new one"] {
      try FilePlace(path).write(Array(content.utf8))
      #expect(try temporary.read("list") == Array(content.utf8))
    }
    #expect(try temporary.names == ["list"])
    let link = temporary.path.appending("link")
    try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: "list")
    #expect(throws: FileError.outputIsNotRegular(link)) { try FilePlace(link).write([]) }
    #expect(throws: FileError.outputIsDirectory(temporary.path)) { try FilePlace(temporary.path).write([]) }
    let missing = temporary.path.appending("no such folder")
    #expect(throws: FileError.folderMissing(missing)) { try FilePlace(missing.appending("list")).write([]) }
    #expect(try temporary.names == ["link", "list"])
  }

  @Test("T393: what killed processes left of small files is removed; what is being written, and other files, stay")
  func drafts() throws {
    let temporary = try TemporaryFolder()
    for name in [".a.1-2.new", ".b.c.3-4.new", ".a.x-2.new", ".a.5.new", "a.1-2.new", ".1-2.new"] {
      try temporary.write([1], to: name)
    }
    let folder = try Folder(opening: temporary.path)
    let writer = try folder.open(".d.7-1.new", flags: O_CREAT)
    defer { try? writer.close() }
    #expect(try writer.lock(waits: false))
    folder.removeDrafts()
    let others = [".1-2.new", ".a.5.new", ".a.x-2.new", "a.1-2.new"]
    #expect(try temporary.names.sorted() == ([".d.7-1.new"] + others).sorted())
    writer.unlock()
    try folder.replace("e", with: [1])
    folder.removeDrafts(of: "e")
    #expect(try temporary.names.contains(".d.7-1.new"))
    folder.removeDrafts(of: "d")
    #expect(try temporary.names.sorted() == (["e"] + others).sorted())
  }
}
