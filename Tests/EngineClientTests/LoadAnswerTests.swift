import Testing

@testable import EngineClient

@Suite("What engines say after a load")
struct LoadAnswerTests {
  private func words(_ text: String, status: Int = 200) throws -> String {
    try LoadAnswer(Array(text.utf8), status: status, of: .docker).words
  }

  @Test("Docker says it in lines, podman in one")
  func success() throws {
    #expect(
      try words(
        "{\"stream\":\"Loaded image: app:1\\n\"}\r\n{\"status\":\"x\",\"progressDetail\":{}}\r\n{\"stream\":\"Loaded image: b\\n\"}\r\n"
      )
        == "Loaded image: app:1\nLoaded image: b\n")
    #expect(try words(#"{"stream":"Loaded image: app:1"}"#) == "Loaded image: app:1")
    #expect(try words("") == "")
  }

  @Test("A failure under a good status, or under a bad one, is told in the engine's words")
  func failure() {
    #expect(throws: EngineError.refused(.docker, words: "no such layer")) {
      try words("{\"stream\":\"x\"}\n{\"errorDetail\":{\"message\":\"no such layer\"},\"error\":\"no such layer\"}\n")
    }
    #expect(throws: EngineError.refused(.docker, words: "bad tar")) {
      try words(#"{"message":"bad tar"}"#, status: 500)
    }
    #expect(throws: EngineError.refused(.docker, words: "HTTP 502")) { try words("<html>", status: 502) }
  }
}
