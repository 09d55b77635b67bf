import FileAccess
import FoundationEssentials
import SystemPackage
import TemporaryFolders
import Testing

@Suite("Files of their owner alone, and the lock beside them")
struct PrivateFileTests {
  @Test("what a link leads to is replaced as a whole, and the link stays")
  func link() throws {
    let folder = try TemporaryFolder()
    let link = folder.path.appending("link").string
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "far/auth.json")
    let file = try PrivateFile(resolving: link)
    #expect(file.path == folder.path.appending("far/auth.json"))
    try file.makeFolder()
    #expect(try folder.mode(of: "far") == "700")
    for content in ["old", "the new content"] {
      try file.replace(with: Array(content.utf8))
      #expect(try folder.read("link") == Array(content.utf8))
      #expect(try folder.mode(of: "far/auth.json") == "600")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/far") == ["auth.json"])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "far/auth.json")
  }

  @Test("links in a circle are an error, and what is no file is not replaced")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let link = folder.path.appending("link").string
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "link")
    #expect(throws: Errno.tooManySymbolicLinkLevels) { try PrivateFile(resolving: link) }
    #expect(throws: Errno.invalidArgument) { try PrivateFile(resolving: folder.path.string).replace(with: []) }
  }

  @Test("a lock is had by one at a time, and leaves nothing")
  func lock() async throws {
    struct Waited: Error {}
    let folder = try TemporaryFolder()
    let file = folder.path.appending("auth.json")
    let lock = try await CompanionLock.acquire(beside: file) { Issue.record("nobody else has it") }
    await #expect(throws: Waited.self) { try await CompanionLock.acquire(beside: file) { throw Waited() } }
    let next = try await CompanionLock.acquire(beside: file) { lock.release() }
    next.release()
    #expect(try folder.names == [])
  }
}
