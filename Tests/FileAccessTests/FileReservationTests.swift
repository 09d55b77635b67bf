import FileAccess
import SystemPackage
import TemporaryFolders
import Testing

@Suite("Space for a file whose size is known")
struct FileReservationTests {
  @Test("A file beyond the process's limit is refused before it is written")
  func fileSizeLimit() throws {
    let folder = try TemporaryFolder()
    let path = folder.path.appending("x")
    let file = try FileDescriptor.open(path, .readWrite, options: .create, permissions: .ownerReadWrite)
    defer { try? file.close() }
    let error = FileError.fileSizeLimit(path, needed: 1_001, limit: 1_000)
    #expect(throws: error) { try FileReservation.reserve(1_001, for: file, at: path, fileSizeLimit: 1_000) }
    #expect(try file.stat().size == 0)
    try FileReservation.reserve(1_000, for: file, at: path, fileSizeLimit: 1_000)
    #expect(try file.stat().size == 1_000)
  }
}
