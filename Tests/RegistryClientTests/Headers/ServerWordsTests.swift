import Testing

@testable import RegistryClient

@Suite("What servers say")
struct ServerWordsTests {
  @Test("T059: code and message of the specification's errors")
  func errors() {
    let body = #"{"errors":[{"code":"DENIED","message":"no","detail":{}},{"code":"UNKNOWN"}]}"#
    let parsed = RegistryErrorBody(parsing: Array(body.utf8))
    #expect(parsed.codes == ["DENIED", "UNKNOWN"])
    #expect(parsed.words == ["DENIED: no", "UNKNOWN"])
  }

  @Test("another text is kept to its beginning, a web page not at all")
  func otherTexts() {
    #expect(RegistryErrorBody(parsing: Array("quota used up".utf8)).words == ["quota used up"])
    #expect(RegistryErrorBody(parsing: Array("<!DOCTYPE html><html>".utf8)).words.isEmpty)
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)
    #expect(RegistryErrorBody(parsing: long).words.first?.count == 1_024)
  }

  @Test("T095: warnings are told once each, 299 only, and not without end")
  func warnings() {
    let many = (0..<1_000).map { _ in #"299 - "deprecated""# }
    #expect(WarningHeader.texts(in: many) == ["deprecated"])
    #expect(WarningHeader.texts(in: [#"110 - "stale""#, #"299 - "a \"b\"""#, "299 - bare"]) == [#"a "b""#])
    let large = (0..<200).map { #"299 - "\#($0)\#(String(repeating: "w", count: 100))""# }
    #expect(WarningHeader.texts(in: large).reduce(0) { $0 + $1.utf8.count } <= 4_096)
    #expect(WarningHeader.texts(in: ["299 - \"\(String(repeating: "x", count: 1 << 20))\""]).isEmpty)
  }
}
