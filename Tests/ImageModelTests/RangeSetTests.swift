import ImageModel
import SeededRandom
import Testing

@Suite("RangeSet")
struct RangeSetTests {
  @Test("Ranges that touch become one")
  func merging() {
    var set = RangeSet()
    set.insert(10..<20)
    set.insert(30..<40)
    #expect(set.ranges == [10..<20, 30..<40])
    set.insert(20..<30)
    #expect(set.ranges == [10..<40])
    set.insert(0..<5)
    set.insert(50..<60)
    set.insert(3..<55)
    #expect(set.ranges == [0..<60])
    #expect(set.count == 60)
  }

  @Test("An empty range changes nothing")
  func emptyRanges() {
    var set = RangeSet()
    set.insert(5..<5)
    #expect(set.isEmpty)
    set.insert(0..<10)
    set.remove(5..<5)
    #expect(set.ranges == [0..<10])
    #expect(set.contains(20..<20))
    #expect(set.missing(in: 20..<20).isEmpty)
  }

  @Test("The largest positions do not overflow")
  func extremes() {
    var set = RangeSet()
    set.insert(0..<Int64.max)
    #expect(set.count == .max)
    set.remove(1..<(Int64.max - 1))
    #expect(set.ranges == [0..<1, (Int64.max - 1)..<Int64.max])
    #expect(set.contiguousEnd(from: Int64.max - 1) == .max)
    #expect(set.missing(in: 0..<Int64.max) == [1..<(Int64.max - 1)])
  }

  @Test("Random changes agree with a set of single positions", arguments: 0..<20 as Range<UInt64>)
  func againstModel(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let all: Range<Int64> = 0..<48
    func anyRange() -> Range<Int64> {
      let bounds = [Int64.random(in: 0...48, using: &random), Int64.random(in: 0...48, using: &random)].sorted()
      return bounds[0]..<bounds[1]
    }
    var set = RangeSet()
    var model: Set<Int64> = []
    for round in 0..<300 {
      let range = anyRange()
      if Int.random(in: 0..<3, using: &random) > 0 {
        set.insert(range)
        model.formUnion(range)
      } else {
        set.remove(range)
        model.subtract(range)
      }
      let probe = anyRange()
      let place: Comment = "seed \(seed), round \(round)"
      #expect(Set(set.ranges.flatMap(Array.init)) == model, place)
      #expect(zip(set.ranges, set.ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound }, place)
      #expect(set.ranges.allSatisfy { !$0.isEmpty }, place)
      #expect(set.count == Int64(model.count), place)
      #expect(set.contains(probe) == probe.allSatisfy(model.contains), place)
      #expect(set.missing(in: probe).flatMap(Array.init) == probe.filter { !model.contains($0) }, place)
      #expect(set.contiguousEnd(from: range.lowerBound) == (range.lowerBound..<49).first { !model.contains($0) }, place)
      #expect(set.missing(in: all).reduce(set.count) { $0 + Int64($1.count) } == 48, place)
    }
  }
}
