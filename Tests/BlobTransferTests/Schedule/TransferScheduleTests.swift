import ImageModel
import SeededRandom
import Testing

@testable import BlobTransfer

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
    let probe2 = schedule.claim(connections: 2, at: .zero)
    #expect(probe2?.blob == 2)
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
    let nextFirst = schedule.claim(connections: 8, at: .zero)
    let first = try #require(nextFirst)
    schedule.advance(first.id, to: first.range.upperBound)
    schedule.release(first.id)
    let nextSecond = schedule.claim(connections: 8, after: first, at: .zero)
    let second = try #require(nextSecond)
    #expect(second.blob == first.blob)
    #expect(second.range.lowerBound == first.range.upperBound)
  }

  @Test("an idle connection takes over half of the slowest claim, once it is slow enough to pay")
  func takeOver() throws {
    var schedule = schedule([64 * mebibyte])
    let nextClaim = schedule.claim(connections: 1, at: .zero)
    let claim = try #require(nextClaim)
    schedule.advance(claim.id, to: 16 * mebibyte)
    let probe3 = schedule.takeOver(at: .milliseconds(10))
    #expect(probe3 == nil, "it will be done in 30 ms")
    let nextTaken = schedule.takeOver(at: .seconds(1))
    let taken = try #require(nextTaken)
    #expect(taken.range == 40 * mebibyte..<64 * mebibyte)
    #expect(schedule.end(of: claim.id) == 40 * mebibyte)
  }

  @Test("what a released claim has not fetched is handed out again")
  func release() throws {
    var schedule = schedule([3 * mebibyte])
    let nextClaim = schedule.claim(connections: 1, at: .zero)
    let claim = try #require(nextClaim)
    schedule.advance(claim.id, to: 1000)
    schedule.release(claim.id)
    let probe4 = schedule.claim(connections: 1, at: .zero)
    #expect(probe4?.range == 1000..<3 * mebibyte)
  }

  @Test("T016: once ranges are ignored each blob goes over one connection from its first byte")
  func wholeOnly() throws {
    var schedule = schedule([80 * mebibyte, 70 * mebibyte])
    let nextFirst = schedule.claim(connections: 8, at: .zero)
    let first = try #require(nextFirst)
    let nextSecond = schedule.claim(connections: 8, at: .zero)
    let second = try #require(nextSecond)
    schedule.becomeWhole(second.id)
    #expect(schedule.end(of: second.id) == Int64(second.blob == 0 ? 80 : 70) * mebibyte)
    if first.blob == second.blob { #expect(schedule.end(of: first.id) == nil) }
    #expect(schedule.claim(connections: 8, at: .zero) == nil, "the other blob is being fetched")
    schedule.release(first.id)
    let nextThird = schedule.claim(connections: 8, at: .zero)
    let third = try #require(nextThird)
    #expect(third.blob != second.blob)
    #expect(third.range.lowerBound == 0)
    let probe5 = schedule.claim(connections: 8, at: .zero)
    #expect(probe5 == nil)
    let probe6 = schedule.takeOver(at: .seconds(100))
    #expect(probe6 == nil)
  }

  @Test("random claims, advances, losses, takeovers and restarts lose no byte and hand none out twice")
  func randomSequences() throws {
    for seed in 0..<200 {
      var random = SeededRandom(seed: UInt64(seed))
      let sizes = (0..<Int.random(in: 1...6, using: &random)).map { _ in
        Int64.random(in: 0...(40 * mebibyte), using: &random)
      }
      var schedule = schedule(sizes)
      var fetched = sizes.map { _ in RangeSet() }
      var claims: [TransferSchedule.Claim] = []
      var steps = 0
      var now = Duration.zero
      while !schedule.unclaimedBlobs.isEmpty || schedule.activeClaims > 0 {
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
            schedule.restart(blob: claim.blob)
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
