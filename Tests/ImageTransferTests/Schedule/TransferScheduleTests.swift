import ImageArchive
import Testing

@testable import ImageTransfer

@Suite("The schedule of a transfer")
struct TransferScheduleTests {
  private let mebibyte: Int64 = 1 << 20

  private func schedule(_ sizes: [Int64]) -> TransferSchedule {
    TransferSchedule(sizes.map { ($0, RangeSet()) })
  }

  @Test("the longest blob is handed out first, whole where it is no more than a connection's share")
  func longestFirst() {
    var schedule = schedule([10 * mebibyte, 30 * mebibyte, 20 * mebibyte])
    let first = schedule.claim(connections: 2, at: .zero)
    #expect(first?.blob == 1)
    #expect(first?.range == 0..<30 * mebibyte)
    #expect(schedule.claim(connections: 2, at: .zero)?.blob == 2)
  }

  @Test("one large blob is divided among the connections, in shrinking pieces")
  func division() {
    var schedule = schedule([800 * mebibyte])
    let sizes = (0..<8).compactMap { _ in schedule.claim(connections: 8, at: .zero).map { Int64($0.range.count) } }
    #expect(sizes.count == 8)
    #expect(sizes.first == 100 * mebibyte)
    #expect(sizes == sizes.sorted(by: >))
  }

  @Test("a connection goes on right behind what it just fetched")
  func goesOn() throws {
    var schedule = schedule([100 * mebibyte, 90 * mebibyte])
    let first = try #require(schedule.claim(connections: 8, at: .zero))
    schedule.advance(first.id, to: first.range.upperBound)
    schedule.release(first.id)
    let second = try #require(schedule.claim(connections: 8, after: first, at: .zero))
    #expect(second.blob == first.blob)
    #expect(second.range.lowerBound == first.range.upperBound)
  }

  @Test("an idle connection takes over half of the slowest claim, once it is slow enough to pay")
  func takeOver() throws {
    var schedule = schedule([64 * mebibyte])
    let claim = try #require(schedule.claim(connections: 1, at: .zero))
    schedule.advance(claim.id, to: 16 * mebibyte)
    #expect(schedule.takeOver(at: .milliseconds(10)) == nil, "it will be done in 30 ms")
    let taken = try #require(schedule.takeOver(at: .seconds(1)))
    #expect(taken.range == 40 * mebibyte..<64 * mebibyte)
    #expect(schedule.end(of: claim.id) == 40 * mebibyte)
  }

  @Test("what a released claim has not fetched is handed out again")
  func release() throws {
    var schedule = schedule([3 * mebibyte])
    let claim = try #require(schedule.claim(connections: 1, at: .zero))
    schedule.advance(claim.id, to: 1000)
    schedule.release(claim.id)
    #expect(schedule.claim(connections: 1, at: .zero)?.range == 1000..<3 * mebibyte)
  }

  @Test("T016: once ranges are ignored each blob goes over one connection from its first byte")
  func wholeOnly() throws {
    var schedule = schedule([80 * mebibyte, 70 * mebibyte])
    let first = try #require(schedule.claim(connections: 8, at: .zero))
    let second = try #require(schedule.claim(connections: 8, at: .zero))
    schedule.becomeWhole(second.id)
    #expect(schedule.end(of: second.id) == Int64(second.blob == 0 ? 80 : 70) * mebibyte)
    if first.blob == second.blob { #expect(schedule.end(of: first.id) == nil) }
    let third = try #require(schedule.claim(connections: 8, at: .zero))
    #expect(third.blob != second.blob)
    #expect(third.range.lowerBound == 0)
    #expect(schedule.claim(connections: 8, at: .zero) == nil)
    #expect(schedule.takeOver(at: .seconds(100)) == nil)
  }

  @Test("random claims, advances, losses, takeovers and restarts lose no byte and hand none out twice")
  func randomSequences() throws {
    for seed in 0..<200 {
      var random = SeededGenerator(seed: UInt64(seed))
      let sizes = (0..<Int.random(in: 1...6, using: &random)).map { _ in
        Int64.random(in: 0...(40 * mebibyte), using: &random)
      }
      var schedule = schedule(sizes)
      var fetched = sizes.map { _ in RangeSet() }
      var claims: [TransferSchedule.Claim] = []
      var steps = 0
      var now = Duration.zero
      while schedule.hasUnclaimed || schedule.activeClaims > 0 {
        steps += 1
        try #require(steps < 100_000, "seed \(seed) does not end")
        now += .milliseconds(Int.random(in: 0...200, using: &random))
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<3:
          if let claim = schedule.claim(connections: 4, at: now) { claims.append(claim) }
        case 3:
          if let claim = schedule.takeOver(at: now) { claims.append(claim) }
        default:
          guard let index = claims.indices.randomElement(using: &random) else { continue }
          let claim = claims[index]
          guard let rest = schedule.rest(of: claim.id), !rest.isEmpty else {
            schedule.release(claim.id)
            claims.remove(at: index)
            continue
          }
          let end = min(rest.lowerBound + Int64.random(in: 1...(9 * mebibyte), using: &random), rest.upperBound)
          let range = rest.lowerBound..<end
          #expect(!fetched[claim.blob].overlaps(range), "seed \(seed): \(range) fetched twice")
          fetched[claim.blob].insert(range)
          schedule.advance(claim.id, to: end)
          if Int.random(in: 0..<8, using: &random) == 0 {
            schedule.release(claim.id)
            claims.remove(at: index)
          }
          if seed % 3 == 0, Int.random(in: 0..<200, using: &random) == 0 {
            schedule.restart(blob: claim.blob, wholeOnly: false)
            fetched[claim.blob] = RangeSet()
            claims.removeAll { $0.blob == claim.blob }
          }
        }
      }
      for (size, ranges) in zip(sizes, fetched) {
        #expect(size == 0 || ranges.contains(0..<size), "seed \(seed) left bytes out")
      }
    }
  }
}

extension RangeSet {
  fileprivate func overlaps(_ range: Range<Int64>) -> Bool {
    ranges.contains { $0.overlaps(range) }
  }
}

/// SplitMix64: the same sequence for the same seed, everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
