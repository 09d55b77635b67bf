import Testing

@testable import HTTPAccess

@Suite("Tables with an end")
struct BoundedTableTests {
  enum Act: Sendable {
    case keep(String, at: Int)
    case keepFor(Int, String, at: Int)
    case use(String, at: Int)
    case drop(String)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let acts: [Act]
    let time: Int
    let left: Set<String>
  }

  private static let rows: [Row] = [
    Row(
      testDescription: "what was used least recently goes first",
      acts: [.keep("a", at: 0), .keep("b", at: 1), .keep("c", at: 2), .use("a", at: 3), .keep("d", at: 4)],
      time: 5, left: ["a", "c", "d"]),
    Row(
      testDescription: "to keep a value again is a use, and takes no further room",
      acts: [.keep("a", at: 0), .keep("b", at: 1), .keep("c", at: 2), .keep("a", at: 3), .keep("d", at: 4)],
      time: 5, left: ["a", "c", "d"]),
    Row(
      testDescription: "a value counts until its time has come", acts: [.keep("a", at: 0), .keep("b", at: 1)], time: 10,
      left: ["b"]),
    Row(
      testDescription: "use does not make it count for longer", acts: [.keep("a", at: 0), .use("a", at: 9)], time: 10,
      left: []),
    Row(
      testDescription: "a value kept again counts anew", acts: [.keep("a", at: 0), .keep("a", at: 9)], time: 18,
      left: ["a"]),
    Row(
      testDescription: "what has expired goes before what counts",
      acts: [.keepFor(2, "a", at: 0), .keep("b", at: 1), .keep("c", at: 2), .use("a", at: 1), .keep("d", at: 3)],
      time: 4, left: ["b", "c", "d"]),
    Row(
      testDescription: "a value may have a time of its own", acts: [.keepFor(30, "a", at: 0), .keep("b", at: 0)],
      time: 29, left: ["a"]),
    Row(testDescription: "what is dropped is gone", acts: [.keep("a", at: 0), .drop("a")], time: 0, left: []),
  ]

  @Test("T185: a table of three values that count for ten seconds", arguments: rows)
  func table(row: Row) {
    var table = BoundedTable<String, Int>(limit: 3, lifetime: .seconds(10))
    for act in row.acts {
      switch act {
      case .keep(let key, let time): table[key, at: .seconds(time)] = time
      case .keepFor(let life, let key, let time):
        table.keep(time, for: key, at: .seconds(time), lifetime: .seconds(life))
      case .use(let key, let time): _ = table[key, at: .seconds(time)]
      case .drop(let key): table[key, at: .zero] = nil
      }
      #expect(table.count <= 3)
    }
    #expect(Set(table.all(at: .seconds(row.time)).map(\.key)) == row.left)
    for key in ["a", "b", "c", "d"] {
      #expect((table[key, at: .seconds(row.time)] != nil) == row.left.contains(key), "\(key)")
    }
  }

  @Test("T185: a table never holds more than its limit, and always what was kept last")
  func limit() {
    var table = BoundedTable<Int, Int>(limit: 16)
    for number in 0..<1000 {
      table[number % 37, at: .seconds(number)] = number
      #expect(table.count <= 16)
      #expect(table[number % 37, at: .seconds(number)] == number)
    }
  }
}
