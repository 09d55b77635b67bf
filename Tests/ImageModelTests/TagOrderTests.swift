import ImageModel
import SeededRandom
import Testing

struct TagOrderTests {
  @Test(
    "Tags are ordered as versions",
    arguments: [
      ["latest", "stable", "1.9", "1.9.1", "1.10"],
      ["1.0-alpha", "1.0-beta2", "1.0-beta10", "1.0-rc.1", "1.0", "1.0-alpine", "1.0.1"],
      ["v1.2", "v1.10", "2"], ["20240101", "20240102", "99999999999999999999999999"],
    ])
  func order(tags: [String]) {
    #expect(tags.reversed().sorted(by: TagOrder.precedes) == tags)
    #expect(tags.sorted(by: TagOrder.precedes) == tags)
  }

  @Test("The order is one: of any two different tags exactly one comes first, and three never go in a circle")
  func strictOrder() {
    var random = SeededRandom(seed: 7)
    let pieces = ["1", "01", "10", ".", "-", "rc", "v", "a", "alpine", "0", "_"]
    let tags = (0..<60).map { _ in
      (0..<Int.random(in: 1...5, using: &random)).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }
        .joined()
    }
    for one in tags {
      for other in tags {
        #expect(TagOrder.precedes(one, other) == (one != other && !TagOrder.precedes(other, one)), "\(one) \(other)")
        for third in tags where TagOrder.precedes(one, other) && TagOrder.precedes(other, third) {
          if !TagOrder.precedes(one, third) { Issue.record("\(one) \(other) \(third)") }
        }
      }
    }
  }
}
