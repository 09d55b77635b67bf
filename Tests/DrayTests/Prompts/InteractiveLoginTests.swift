import FoundationEssentials
import ScriptedServer
import Testing

@testable import DrayMessages
@testable import dray

struct InteractiveLoginTests {
  @Test(
    "dray login asks for name and password; the password is not shown, and goes into the file",
    arguments: [Language.english, .simplifiedChinese])
  func asks(language: Language) async throws {
    try await ScriptedServer.run { server in
      let challenge = Reply(401, headers: [("WWW-Authenticate", #"Basic realm="r""#)])
      server.on("/v2/") { $0.basicCredentials == "robot$ci:canary: x" ? .json("{}") : challenge }
      let file = FileManager.default.temporaryDirectory.appending(path: "dray-login-\(UUID()).json")
      defer { try? FileManager.default.removeItem(at: file) }
      let terminal = try Pseudoterminal(TerminalSize(columns: 200, rows: 24))
      let world = try TestWorld(language: language, input: terminal.slave, terminal: terminal.slave)
      async let code = world.run("login", server.authority, "--authfile", file.path())
      let isEnglish = language == .english
      _ = await terminal.expect(isEnglish ? "User name at \(server.authority): " : "\(server.authority) 的用户名: ")
      terminal.type("robot$ci\n")
      _ = await terminal.expect(isEnglish ? "(hidden while typing): " : "（输入时不显示）: ")
      #expect(!terminal.echoes)
      terminal.type("canary: x\n")
      #expect(await code == .success)
      #expect(terminal.echoes)
      let text = terminal.rest()
      #expect(
        text.contains(
          isEnglish ? "Logged in to \(server.authority) as robot$ci." : "已以 robot$ci 登录 \(server.authority)。"))
      #expect(!text.contains("canary"))
      let stored = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      #expect(stored.contains(Data("robot$ci:canary: x".utf8).base64EncodedString()))
    }
  }
}
