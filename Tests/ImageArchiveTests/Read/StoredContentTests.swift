import FileAccess
import SystemPackage
import TemporaryFolders
import Testing

@testable import ImageArchive

@Suite("Content that is opened once more")
struct StoredContentTests {
  private func content(at place: StoredPlace) -> StoredContent {
    StoredContent(size: 1, offset: 0, place: place, identity: [])
  }

  @Test("What the system does not open is its failure; what is gone, or something else by now, is nil")
  func opened() throws {
    let folder = try TemporaryFolder()
    let tooLong = folder.path.appending(String(repeating: "x", count: 300))
    #expect(throws: FileError.system(.open, tooLong, .fileNameTooLong)) {
      try content(at: .named(tooLong)).open()
    }
    let inFolder = StoredPlace.found(folder: folder.path, name: tooLong.lastComponent?.string ?? "")
    #expect(throws: FileError.system(.open, tooLong, .fileNameTooLong)) { try content(at: inFolder).open() }
    try folder.write([1], to: "file")
    let file = folder.path.appending("file")
    for place in [
      StoredPlace.named(folder.path.appending("missing")), .named(file), .named(folder.path),
      .found(folder: folder.path, name: "missing"), .found(folder: file, name: "x"),
      .layout(folder.path.appending("missing"), "blobs/sha256/x"), .layout(folder.path, "file/x"),
    ] {
      #expect(try content(at: place).open() == nil, "\(place)")
    }
  }
}
