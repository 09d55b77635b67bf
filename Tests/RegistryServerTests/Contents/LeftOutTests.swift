import FoundationEssentials
import ScriptedServer
import SystemPackage
import TemporaryFolders
import Testing

@testable import RegistryServer

/// What is in a folder and not served is told, unless it is plainly something else.
@Suite struct LeftOutTests {
  private static let image = ImageFixture(layers: [1_000], seed: 479)

  private func makeFolder(_ name: String, in folder: TemporaryFolder) throws {
    try FileManager.default.createDirectory(
      atPath: folder.path.appending(name).string, withIntermediateDirectories: true)
  }

  private func link(_ name: String, to target: String, in folder: TemporaryFolder) throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.path.appending(name).string, withDestinationPath: target)
  }

  @Test("T479: folders inside of a folder, links, compressed archives, volumes without the first: told once each")
  func told() async throws {
    let folder = try TemporaryFolder()
    let archive = Self.image.archive("a:1")
    try folder.write(archive, to: "a.tar")
    for name in ["2026", "lost+found", ".hidden", "notes", "copying/blobs"] { try makeFolder(name, in: folder) }
    try folder.write(archive, to: "2026/nginx.tar")
    try folder.write([1], to: "notes/readme.txt")
    for name in ["b.tar.gz", "c.tgz", "d.tar.002", "d.tar.003"] { try folder.write([1], to: name) }
    for name in ["e.tar.part", "f.txt", "a.tar.sha256", ".g.tar.gz", "h.gz"] { try folder.write([1], to: name) }
    try link("i.tar", to: "a.tar", in: folder)
    try link("j.tar", to: "nowhere.tar", in: folder)
    try link("k.txt", to: "f.txt", in: folder)
    try link("l", to: "2026", in: folder)
    let contents = WatchedContents([folder.path], quietTime: .zero)
    let notice = { (name: String, kind: ContentsNotice.LeftOut) in
      ContentsNotice.leftOut(folder.path.appending(name), kind)
    }
    #expect(
      try await contents.rescan() == [
        notice("2026", .folder), notice("b.tar.gz", .compressed(.gzip)), notice("c.tgz", .compressed(.gzip)),
        notice("d.tar.002", .volume(first: "d.tar.001")), notice("i.tar", .link), notice("j.tar", .link),
        notice("l", .link),
      ])
    #expect(contents.current.tagCount == 1)
    #expect(try await contents.rescan().isEmpty)
    try folder.write([1], to: "m.tar.zst")
    #expect(try await contents.rescan() == [notice("m.tar.zst", .compressed(.zstd))])
    #expect(try await contents.rescan().isEmpty)
  }

  @Test("T480: of many that are left out some are told, and how many more there are")
  func many() async throws {
    let folder = try TemporaryFolder()
    for number in 100..<150 { try folder.write([1], to: "\(number).tgz") }
    let contents = WatchedContents([folder.path], quietTime: .zero)
    let notices = try await contents.rescan()
    #expect(notices.count == 21 && notices.last == .moreLeftOut(folder.path, 30))
    #expect(try await contents.rescan().isEmpty)
    try folder.write([1], to: "new.tgz")
    #expect(try await contents.rescan() == [.leftOut(folder.path.appending("new.tgz"), .compressed(.gzip))])
  }

  @Test("T480: of a folder with more than is looked at that is told, and what is looked at is served")
  func crowded() throws {
    let folder = try TemporaryFolder()
    for number in 0..<6 { try folder.write([1], to: "\(number).tar") }
    let look = ContentsFinder.look(at: folder.path, limit: 5)
    #expect(look.places.count == 5 && look.notices == [.crowded(folder.path, limit: 5)])
    let whole = ContentsFinder.look(at: folder.path, limit: 6)
    #expect(whole.places.count == 6 && whole.notices.isEmpty)
  }
}
