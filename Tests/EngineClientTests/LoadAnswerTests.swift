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

  @Test("T155: an image that Docker keeps and could not unpack is a failure, though Docker goes on")
  func notUnpacked() {
    let said =
      "Loaded image: app:1\nError unpacking image app:1: write /x: no space left on device\nLoaded image: b:1\n"
    let lines = said.split(separator: "\n").map { "{\"stream\":\"\($0)\\n\"}\r\n" }.joined()
    let refused = EngineError.refused(
      .docker, words: "Error unpacking image app:1: write /x: no space left on device")
    #expect(throws: refused) { try words(lines) }
    #expect(throws: refused) { try LoadAnswer.checkUnpacked(said, of: .docker) }
    #expect(throws: Never.self) { try LoadAnswer.checkUnpacked("Loaded image: app:1\n", of: .docker) }
  }
}
