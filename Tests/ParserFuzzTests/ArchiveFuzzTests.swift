import ArchiveFuzz
import FoundationEssentials
import SeededRandom
import Testing

@Suite("T098: readers of archives and layers", .serialized)
struct ArchiveFuzzTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "ArchiveFuzz/Corpus")

  static let corpus: [String] = {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []).sorted()
  }()

  /// `scripts/fuzz --coverage` looks for more of them.
  @Test("T098: what the corpus has, and 300 inputs made from each of it: no trap", arguments: corpus)
  func run(name: String) async throws {
    let bytes = Array(try Data(contentsOf: Self.folder.appending(path: name)))
    #expect(bytes.first.flatMap(ArchiveFuzz.init(rawValue:)) != nil)
    await OwnThread.run {
      ArchiveFuzz.run(bytes)
      var random = SeededRandom(seed: 98)
      for _ in 0..<300 {
        ArchiveFuzz.run(bytes.prefix(1) + random.mutation(of: Array(bytes.dropFirst()), count: 5))
      }
    }
  }

  @Test("The corpus has something for each reader")
  func complete() throws {
    let firsts = try Self.corpus.compactMap { try Data(contentsOf: Self.folder.appending(path: $0)).first }
    #expect(Set(firsts) == Set(ArchiveFuzz.allCases.map(\.rawValue)))
  }
}
