import ImageModel
import SeededRandom
import Testing

@testable import ImageArchive

@Suite("TransferJournal")
struct TransferJournalTests {
  private static let boot = "3b2f6a1e-0000-4000-8000-000000000001"
  private let plan: ArchivePlan
  private let journal: TransferJournal

  init() throws {
    plan = try ArchivePlan(images: [SampleImage(layers: [10_000, 20_000]).archived])
    journal = plan.blobs.reduce(into: TransferJournal(plan: plan.fingerprint)) { journal, blob in
      journal.insert(.init(blob, 0..<(blob.size / 3)))
      journal.insert(.init(blob, (blob.size / 2)..<blob.size))
    }
  }

  private func parse(_ bytes: [UInt8], boot: String? = boot) -> TransferJournal? {
    TransferJournal(parsing: bytes, boot: boot)
  }

  /// A line as the journal writes it.
  private func line(_ content: String) -> [UInt8] {
    Array("\(content) \(Digest.hash(Array(content.utf8)).hexadecimal.prefix(16))\n".utf8)
  }

  @Test("What is written is read again")
  func roundTrip() {
    #expect(parse(journal.encoded(boot: Self.boot)) == journal)
    #expect(parse(journal.encoded(boot: nil), boot: nil) == journal)
  }

  @Test("Claims that are added later join those before")
  func appending() throws {
    let blob = try #require(plan.blobs.last)
    let added = TransferJournal.Claim(blob, (blob.size / 3)..<(blob.size / 2))
    let bytes = journal.encoded(boot: Self.boot) + TransferJournal.encode([added])
    #expect(parse(bytes)?.blobs[blob.digest]?.ranges.ranges == [0..<blob.size])
  }

  @Test("After another boot only claims before a durable line count")
  func boots() throws {
    let blob = try #require(plan.blobs.last)
    let first = TransferJournal.Claim(blob, 0..<100)
    let second = TransferJournal.Claim(blob, 200..<300)
    var bytes = TransferJournal(plan: plan.fingerprint).encoded(boot: Self.boot) + TransferJournal.encode([first])
    bytes += TransferJournal.encodeDurable(upTo: Int64(bytes.count)) + TransferJournal.encode([second])
    #expect(parse(bytes)?.claims == [first, second])
    #expect(parse(bytes, boot: "another")?.claims == [first])
    #expect(parse(bytes, boot: nil)?.claims == [first])
    #expect(parse(journal.encoded(boot: Self.boot), boot: "another") == journal, "a new journal is durable as a whole")
  }

  @Test("T025: a journal cut at any byte gives what stands whole before the cut")
  func truncated() throws {
    let bytes = journal.encoded(boot: Self.boot)
    let all = Set(journal.claims)
    for length in 0..<bytes.count {
      guard let cut = parse(Array(bytes[..<length])) else { continue }
      #expect(Set(cut.claims).isSubset(of: all), "cut at \(length)")
      #expect(cut.plan == plan.fingerprint || cut.claims.isEmpty, "cut at \(length)")
    }
    #expect(parse(Array(bytes.dropLast()))?.claims == journal.claims, "only the last line's end is missing")
  }

  @Test("T025: damaged lines are left out, the others count", arguments: 0..<10 as Range<UInt64>)
  func damaged(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let bytes = journal.encoded(boot: Self.boot)
    let all = Set(journal.claims)
    for round in 0..<200 {
      guard let read = parse(random.mutation(of: bytes, count: 3)) else { continue }
      #expect(Set(read.claims).isSubset(of: all), "seed \(seed), round \(round)")
    }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let garbage = random.bytes(count: 50).filter { $0 != UInt8(ascii: "\n") }
    let mixed = Array((lines[..<4] + [garbage[...]] + lines[4...]).joined(separator: [UInt8(ascii: "\n")]))
    #expect(parse(mixed)?.claims == journal.claims)
  }

  @Test("T025: random bytes are no journal", arguments: 0..<10 as Range<UInt64>)
  func random(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<200 {
      let bytes = random.bytes(
        count: .random(in: 0...500, using: &random), alphabet: Array("dray-journal 1\nhave".utf8))
      #expect(parse(bytes) == nil)
    }
  }

  @Test("T025: a journal of another version is none")
  func otherVersion() {
    let lines = journal.encoded(boot: Self.boot).split(separator: UInt8(ascii: "\n")).dropFirst()
    let rest = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    #expect(parse(line("dray-journal 1") + rest) == journal)
    #expect(parse(line("dray-journal 2") + rest) == nil)
    #expect(parse(rest) == nil)
    #expect(parse([]) == nil)
  }

  @Test("T025: a journal of another image keeps what both images have")
  func otherImage() throws {
    let shared = try #require(plan.blobs.last)
    let other = try ArchivePlan(
      images: [SampleImage.archived(names: ["b:1"], config: shared.descriptor, layers: [])])
    let read = try #require(parse(journal.encoded(boot: Self.boot)))
    #expect(read.plan != other.fingerprint)
    #expect(other.blobs.compactMap { read.blobs[$0.digest]?.offset } == [shared.offset])
    #expect(other.blobs.map(\.offset) != [shared.offset])
  }

  @Test(
    "T025: a claim that makes no sense is left out, even with the right check",
    arguments: [
      "10 0 0 11", "10 0 -1 5", "10 0 5 5", "10 0 6 5", "-1 0 0 1", "10 -1 0 5", "9223372036854775807 1 0 5",
      "10 9223372036854775807 0 5", "9223372036854775808 0 0 5", "10 0 0", "10 0 0 5 6", "a b c d", "", "10  0 5",
    ])
  func nonsense(_ numbers: String) {
    let claim = line("have \(Digest.hash([1])) \(numbers)")
    #expect(parse(line("dray-journal 1") + line("boot \(Self.boot)") + claim)?.claims == [])
    let digest = line("have sha256:../../x 10 0 0 5")
    #expect(parse(line("dray-journal 1") + line("boot \(Self.boot)") + digest)?.claims == [])
  }

  @Test("Lines of an unknown kind are left out")
  func unknownLines() {
    let bytes = journal.encoded(boot: Self.boot) + line("future something") + line("durable x") + line("plan x y")
    #expect(parse(bytes) == journal)
  }

  @Test("A blob at another place replaces what was known of it")
  func replaced() throws {
    let blob = try #require(plan.blobs.last)
    var journal = journal
    let moved = TransferJournal.Claim(digest: blob.digest, size: blob.size, offset: blob.offset + 512, range: 5..<6)
    journal.insert(moved)
    #expect(journal.blobs[blob.digest]?.offset == blob.offset + 512)
    #expect(journal.blobs[blob.digest]?.ranges.ranges == [5..<6])
  }
}
