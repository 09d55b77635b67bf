import FoundationEssentials
import ManualClocks
import RegistryServer
import ScriptedServer
import SystemPackage
import TemporaryFolders
import Testing

/// A file counts once nothing changes it any more, whatever its size says.
@Suite struct QuietFileTests {
  private static let image = ImageFixture(layers: [40_000], seed: 452)
  private static let other = ImageFixture(layers: [5_000], seed: 453)
  private let folder: TemporaryFolder
  private let clock = ManualClock()
  private let contents: WatchedContents

  init() throws {
    folder = try TemporaryFolder()
    contents = WatchedContents([folder.path], quietTime: .seconds(5), clock: clock)
  }

  private var isServed: Bool { contents.current.repositories["docker.io/library/a"] != nil }

  /// - Parameter time: when it was changed last, by its own time.
  private func write(_ bytes: [UInt8], _ time: Date) throws {
    try folder.write(bytes, to: "a.tar")
    try FileManager.default.setAttributes(
      [.modificationDate: time], ofItemAtPath: folder.path.appending("a.tar").string)
  }

  /// The time goes on, and the server looks at the disk.
  private func look(after seconds: Int) async throws {
    clock.advance(by: .seconds(seconds))
    #expect(try await contents.rescan().isEmpty)
  }

  @Test("T451: a file whose size is set first appears once its bytes are written, and not before")
  func sizeFirst() async throws {
    let archive = Self.image.archive("a:1")
    let layer = try #require(archive.firstRange(of: Self.image.layers[0].bytes.prefix(500))).lowerBound
    #expect(try await contents.rescan().isEmpty)
    var unfinished = archive
    for index in layer..<layer + 40_000 { unfinished[index] = 0 }
    for second in 0..<4 {
      try write(unfinished, Date(timeIntervalSince1970: 1_000 + Double(second)))
      try await look(after: 4)
      #expect(!isServed)
    }
    try write(archive, Date(timeIntervalSince1970: 1_010))
    try await look(after: 2)
    try await look(after: 4)
    #expect(!isServed)
    try await look(after: 1)
    #expect(isServed)
  }

  @Test("T451: at the start all that is there is served at once; what changes later is waited for")
  func start() async throws {
    try write(Self.image.archive("a:1"), Date())
    #expect(try await contents.rescan().isEmpty)
    #expect(isServed)
    try write(Self.other.archive("b:1"), Date(timeIntervalSinceNow: 1))
    try await look(after: 1)
    #expect(contents.current.repositories["docker.io/library/b"] == nil)
    try await look(after: 5)
    #expect(contents.current.repositories["docker.io/library/b"] != nil && !isServed)
  }

  @Test("T451: a file of the future, by the clock of a network disk, appears as all others do")
  func future() async throws {
    #expect(try await contents.rescan().isEmpty)
    try write(Self.image.archive("a:1"), Date(timeIntervalSinceNow: 86_400))
    try await look(after: 1)
    #expect(!isServed)
    try await look(after: 5)
    #expect(isServed)
  }
}
