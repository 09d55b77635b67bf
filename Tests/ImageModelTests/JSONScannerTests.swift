import ImageModel
import Testing

@Suite("JSONScanner")
struct JSONScannerTests {
  private func check(_ text: String, numbers: JSONScanner.Numbers = .finite) throws(JSONFault) {
    try JSONScanner.check(Array(text.utf8), numbers: numbers)
  }

  @Test(
    "JSON is let through",
    arguments: [
      "{}", "[]", "null", "true", "false", "0", "-0", "1.5e-3", "\"\"", " \t\r\n{ } ", "[[],{},[{}]]",
      #"{"a":{"a":1},"b":[{"a":1},{"a":2}]}"#, #"["\"\\\/\b\f\n\r\t\u0000\uD83D\uDE00é😀"]"#, "[1,2,3]", "1E+2",
      #"{"":1," ":2}"#, "[1e308,-1e308,1e-400]",
    ])
  func valid(_ text: String) {
    #expect(throws: Never.self) { try check(text) }
  }

  @Test(
    "What is no JSON is refused",
    arguments: [
      "", " ", "{", "[", "}", "]", "{]", "[}", "{,}", "[,]", "[1,]", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "{a:1}",
      "{1:1}", "'a'", "nul", "True", "NaN", "Infinity", "+1", "-", "1.", ".5", "1e", "1e+", "\"", "\"a", "\"\\",
      #""\x""#, #""\u12"#, #""\u12g4""#, "\"\n\"", "\"\u{1F}\"", "[1 2]", #"{"a" 1}"#, "[\"a\":1]", "// a", "[/**/]",
    ])
  func syntax(_ text: String) {
    let error = #expect(throws: JSONFault.self) { try check(text) }
    guard case .syntax = error else {
      Issue.record("\(String(describing: error)) instead of a syntax error")
      return
    }
  }

  @Test("Bytes behind the value are refused", arguments: ["{}x", "{}{}", "1 2", "01", "0x1", "[]]", "null\0"])
  func trailing(_ text: String) {
    let error = #expect(throws: JSONFault.self) { try check(text) }
    guard case .trailingBytes = error else {
      Issue.record("\(String(describing: error)) instead of trailing bytes")
      return
    }
  }

  @Test("T046: nesting beyond the limit is refused", arguments: [65, 512, 100_000])
  func depth(_ levels: Int) {
    #expect(throws: JSONFault.tooDeep(limit: 64)) { try check(String(repeating: "[", count: levels)) }
    #expect(throws: JSONFault.tooDeep(limit: 64)) { try check(String(repeating: #"{"a":"#, count: levels)) }
  }

  @Test("T046: nesting up to the limit is let through")
  func depthAtLimit() {
    let text = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(throws: Never.self) { try check(text) }
  }

  @Test(
    "T046: two members of one name are refused, however the name is written",
    arguments: [
      #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"{"a":1,"b":{},"a":2}"#, #"[{"x":{"k":1,"k":1}}]"#, #"{"":1,"":2}"#,
      #"{"😀":1,"\uD83D\uDE00":2}"#, #"{"\/":1,"/":2}"#,
    ])
  func duplicates(_ text: String) {
    let error = #expect(throws: JSONFault.self) { try check(text) }
    guard case .duplicateKey = error else {
      Issue.record("\(String(describing: error)) instead of a duplicate name")
      return
    }
  }

  @Test("T046: numbers that no double holds are refused", arguments: ["1e400", "-1e400", "[1e999999999]"])
  func hugeNumbers(_ text: String) {
    #expect(throws: JSONFault.self) { try check(text) }
  }

  @Test(
    "T046: where only integers make sense, others are refused",
    arguments: ["1.5", "1.0", "1e2", "9223372036854775808", "-9223372036854775809", "[0.1]", "1e400"])
  func notIntegers(_ text: String) {
    let error = #expect(throws: JSONFault.self) { try check(text, numbers: .integers) }
    guard case .number = error else {
      Issue.record("\(String(describing: error)) instead of a number")
      return
    }
  }

  @Test(
    "Integers of 64 bits are let through",
    arguments: ["9223372036854775807", "-9223372036854775808", "9007199254740993"])
  func integers(_ text: String) {
    #expect(throws: Never.self) { try check(text, numbers: .integers) }
  }

  @Test(
    "T046: invalid UTF-8 is refused",
    arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80]] as [[UInt8]])
  func encoding(_ bytes: [UInt8]) {
    let text = Array("\"".utf8) + bytes + Array("\"".utf8)
    #expect(throws: JSONFault.invalidUTF8) { try JSONScanner.check(text, numbers: .finite) }
  }

  @Test("T046: a byte order mark is refused")
  func byteOrderMark() {
    #expect(throws: JSONFault.byteOrderMark) { try check("\u{FEFF}{}") }
  }

  @Test("Half a surrogate pair is refused", arguments: [#""\uD83D""#, #""\uDE00""#, #""\uD83D\u0041""#, #""\uD83Dx""#])
  func surrogates(_ text: String) {
    let error = #expect(throws: JSONFault.self) { try check(text) }
    guard case .loneSurrogate = error else {
      Issue.record("\(String(describing: error)) instead of a lone surrogate")
      return
    }
  }

  @Test("A name longer than the limit is refused, a long value is not")
  func longNames() {
    let long = String(repeating: "a", count: 100_000)
    #expect(throws: JSONFault.keyTooLong(limit: 1_024)) { try check("{\"\(long)\":1}") }
    #expect(throws: Never.self) { try check("{\"a\":\"\(long)\"}") }
  }
}
