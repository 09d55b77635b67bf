import ImageArchive
import ImageModel
import SeededRandom
import TemporaryFolders
import Testing

@Suite("PartialArchive: bytes for another place")
struct PartialArchiveMoveTests {
  private func moved(_ bytes: [UInt8], _ moves: [PartialArchive.Move]) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let archive = try PartialArchive(at: OutputPath(folder.path.appending("x.tar")))
    try bytes.withUnsafeBytes { try archive.write($0, at: 0) }
    try archive.move(moves)
    #expect(try folder.names == ["x.tar.part"])
    return try folder.read("x.tar.part")
  }

  @Test("Two pieces change places, though each lies where the other goes")
  func swaps() throws {
    let bytes: [UInt8] = [1, 1, 1, 2, 2, 2]
    #expect(
      try moved(bytes, [.init(from: 0, to: 3, count: 3), .init(from: 3, to: 0, count: 3)]) == [2, 2, 2, 1, 1, 1])
  }

  @Test("A piece moves over itself")
  func overlaps() throws {
    #expect(try moved([1, 2, 3, 4, 5], [.init(from: 0, to: 2, count: 3)]) == [1, 2, 1, 2, 3])
  }

  @Test("A move from beyond the end brings what there is")
  func beyondEnd() throws {
    #expect(try moved([1, 2, 3], [.init(from: 2, to: 0, count: 10)]) == [3, 2, 3])
    #expect(try moved([1, 2, 3], [.init(from: 9, to: 0, count: 10)]) == [1, 2, 3])
  }

  @Test("Random moves agree with moves in memory", arguments: 0..<2 as Range<UInt64>)
  func againstModel(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let bytes = random.bytes(count: 2 << 20)
    // Sources and targets are each disjoint, as blobs are in a plan.
    let pieces = Array(0..<6).shuffled(using: &random).prefix(3)
    let places = Array(0..<6).shuffled(using: &random).prefix(3)
    let length = bytes.count / 6
    let moves = zip(pieces, places).map {
      PartialArchive.Move(from: Int64($0 * length), to: Int64($1 * length), count: Int64(length - 7))
    }
    var expected = bytes
    for move in moves {
      let source = bytes[Int(move.from)..<Int(move.from + move.count)]
      expected.replaceSubrange(Int(move.to)..<Int(move.to + move.count), with: source)
    }
    #expect(try moved(bytes, moves) == expected, "seed \(seed)")
  }
}
