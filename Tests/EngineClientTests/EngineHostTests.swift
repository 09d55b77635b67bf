import Testing

@testable import EngineClient

@Suite("Where an engine is")
struct EngineHostTests {
  @Test(
    "Sockets and machines are read as the engines' commands read them",
    arguments: [
      ("unix:///run/docker.sock", "unix:///run/docker.sock"), ("ssh://server", "ssh://server"),
      ("ssh://admin@server:2222", "ssh://admin@server:2222"), ("ssh://admin@server/", "ssh://admin@server"),
      ("ssh://admin@[::1]:22", "ssh://admin@::1:22"), ("ssh://me@10.0.0.7", "ssh://me@10.0.0.7"),
    ])
  func places(_ text: String, _ expected: String) throws {
    #expect(EngineHost(parsing: text)?.description == expected)
  }

  @Test(
    "What ssh would take for an option or a shell for its own is no machine",
    arguments: [
      "server", "tcp://server:2375", "unix://run/x.sock", "unix://", "ssh://", "ssh://-oProxyCommand=x",
      "ssh://@server",
      "ssh://admin@", "ssh://a b", "ssh://a;b", "ssh://$(x)", "ssh://server:0", "ssh://server:port", "ssh://a\n",
      "unix:///" + String(repeating: "a", count: 120),
    ])
  func refused(_ text: String) {
    #expect(EngineHost(parsing: text) == nil)
  }

  @Test(
    "A word for the shell stays one word, whatever is in it", arguments: ["a", "a'b", "$(x) `y` \"z\"", "", "-x\n;"])
  func quoted(_ word: String) async throws {
    let ended = try await Shell(destination: nil, variables: ["PATH": "/usr/bin:/bin"])
      .run("printf %s \(Shell.quoted(word))")
    #expect(String(decoding: ended.output, as: UTF8.self) == word)
  }
}
