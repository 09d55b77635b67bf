import SeededRandom
import Testing

@testable import MachineConfiguration

@Suite("TOML")
struct TOMLReaderTests {
  private func read(_ text: String) throws(TOMLFault) -> TOMLTable { try TOMLReader.read(Array(text.utf8)) }

  @Test("Values of all kinds, and the line of each key")
  func values() throws {
    let table = try read(
      """
      # a comment
      text = "a\\tb\\u00e9\\"" # another
      literal = 'C:\\x'
      "quoted key" = true
      off = false
      number = -1_000
      hex = 0xff
      fraction = 1.5e3
      time = 1979-05-27T07:32:00Z
      list = [ "a", # here too
        "b",
      ]
      inline = { a = 1, b.c = "x" }
      long = \"\"\"
      one \\
         two
      ""three""\"\"\"
      last = '''
      a'b'''
      """)
    #expect(table["text"]?.value == .string("a\tb\u{e9}\""))
    #expect(table["text"]?.line == 2)
    #expect(table["literal"]?.value == .string("C:\\x"))
    #expect(table["quoted key"]?.value == .boolean(true))
    #expect(table["off"]?.value == .boolean(false))
    #expect(table["number"]?.value == .integer(-1000))
    #expect(table["hex"]?.value == .integer(255))
    #expect(table["fraction"]?.value == .other("1.5e3"))
    #expect(table["time"]?.value == .other("1979-05-27T07:32:00Z"))
    #expect(table["list"]?.value == .array([.string("a"), .string("b")]))
    #expect(table["inline"]?.line == 13)
    guard case .table(let inline)? = table["inline"]?.value, case .table(let deeper)? = inline["b"]?.value else {
      Issue.record("no inline table")
      return
    }
    #expect(deeper["c"]?.value == .string("x"))
    #expect(table["long"]?.value == .string("one two\n\"\"three\"\""))
    #expect(table["last"]?.value == .string("a'b"))
    #expect(table["last"]?.line == 18)
  }

  @Test("Tables, arrays of tables, and tables below them")
  func tables() throws {
    let table = try read(
      """
      top = 1
      [a.b]
      x = 1
      [a]
      y = 2
      [[list]]
      name = "one"
      [[list.inner]]
      z = 1
      [[list.inner]]
      z = 2
      [[list]]
      name = "two"
      [host."https://mirror.example:5000"]
      capabilities = ["pull"]
        [host."https://mirror.example:5000".header]
        X-A = "b"
      """)
    guard case .tables(let list)? = table["list"]?.value, case .tables(let inner)? = list[0]["inner"]?.value,
      case .table(let hosts)? = table["host"]?.value, case .table(let a)? = table["a"]?.value
    else {
      Issue.record("not as written")
      return
    }
    #expect(list.map(\.line) == [6, 12])
    #expect(inner.map { $0["z"]?.line } == [9, 11])
    #expect(hosts.entries.map(\.key) == ["https://mirror.example:5000"])
    #expect(a["y"]?.line == 5)
    #expect(a.entries.map(\.key) == ["b", "y"])
  }

  @Test(
    "What is no TOML is refused with its line",
    arguments: [
      ("a = 1\nb", 2), ("a = \n", 1), ("a = b", 1), ("a = \"x", 1), ("\n\na = 'x\n'", 3), ("[a", 1), ("[a]]", 1),
      ("[[a]", 1),
      ("a = 1\na = 2", 2), ("[a]\n[a]", 2), ("[[a]]\n[a]", 2), ("a = 1\n[a]", 2), ("a = {b = 1}\n[a.c]", 2),
      ("a = [1, 2", 1), ("a = {b = 1", 1), ("a = 1 b = 2", 1), ("= 1", 1), ("a..b = 1", 1), ("a = \"\\q\"", 1),
      ("a = \"\\ud800\"", 1), ("a.b = 1\na = 2", 2), ("[a]\nb = 1\n[c]\n[a.b]", 4), ("a = \"\"\"x", 1), ("a = 'x'y", 1),
    ])
  func faults(text: String, line: Int) {
    let fault = #expect(throws: TOMLFault.self) { try read(text) }
    #expect(fault?.line == line)
  }

  @Test("Bytes that are no text, and nesting without end, are refused")
  func hostile() {
    #expect(throws: TOMLFault.self) { try TOMLReader.read([0x61, 0x3d, 0xff]) }
    for text in [
      "a = " + String(repeating: "[", count: 100_000), "a = " + String(repeating: "{a=", count: 100_000),
      "[" + [String](repeating: "a", count: 5_000).joined(separator: ".") + "]",
      [String](repeating: "a", count: 5_000).joined(separator: ".") + " = 1",
      (0..<5_000).map { "k\($0) = 1\n" }.joined(), String(repeating: "[[a]]\n", count: 5_000),
    ] {
      #expect(throws: TOMLFault.self) { try read(text) }
    }
  }

  @Test("T098: random texts are read or refused, and never end in a trap")
  func random() {
    var random = SeededRandom(seed: 98)
    let pieces = [
      "a", "b.c", "\"k\"", "'l'", " = ", "=", "[", "]", "[[", "]]", "{", "}", ",", "\n", "\r\n", "#x", "\"", "'",
      "\"\"\"",
      "'''", "\\", "\\u00e9", "true", "1", "-0x1", "1979-05-27", " ", "é", "host.\"https://x\"", "\u{0}",
    ]
    var read = 0
    for _ in 0..<50_000 {
      let count = Int.random(in: 0..<24, using: &random)
      let text = (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined()
      if (try? self.read(text)) != nil { read += 1 }
    }
    #expect(read > 500)
  }
}
