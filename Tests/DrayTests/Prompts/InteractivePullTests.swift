import FoundationEssentials
import ImageCopy
import ImageModel
import RegistryAuth
import RegistryClient
import Testing

@testable import DrayMessages
@testable import dray

struct InteractivePullTests {
  private static let example = "请输入需要拉取的镜像(例如:127.0.0.1/llsydn/nginx:1.21.4)"

  private func world(
    _ terminal: Pseudoterminal, language: Language = .english, isTerminalOwn: Bool = false,
    script: @escaping TestWorld.Script = { _, _ in Samples.result() }
  ) throws -> TestWorld {
    try TestWorld(
      language: language, input: terminal.slave, terminal: terminal.slave, variables: ["TERM": "xterm"],
      isTerminalOwn: isTerminalOwn, script: script)
  }

  @Test("Without arguments dray asks for the image as the script did, and says where the file is and how to load it")
  func chinese() async throws {
    let terminal = try Pseudoterminal(TerminalSize(columns: 200, rows: 24))
    let world = try world(terminal, language: .simplifiedChinese)
    async let code = world.run()
    #expect(await terminal.expect("nginx:1.21.4): ") == "\(Self.example): ")
    terminal.type("  127.0.0.1/llsydn/nginx:1.21.4 \n")
    #expect(await code == .success)
    #expect(world.requests.map(\.reference) == [sampleReference("127.0.0.1/llsydn/nginx:1.21.4")])
    #expect(world.requests.first?.output == .directory("."))
    let folder = FileManager.default.currentDirectoryPath
    let path = ShellWord.quoted("\(folder)/nginx_1.21.4.tar")
    let text = terminal.rest()
    #expect(text.contains("完成：56.8 MB，用时 7.0 s（8.1 MB/s）\r\n"))
    #expect(text.contains("文件位置：\(folder)/nginx_1.21.4.tar\r\n"))
    #expect(text.contains("加载镜像：docker load -i \(path)\r\n"))
    #expect(text.contains("运行镜像：docker run harbor.example.com/llsydn/nginx:1.21.4\r\n"))
    #expect(world.output.text.isEmpty)
  }

  @Test("A wrong line is asked again with the reason and what was probably meant")
  func wrongLine() async throws {
    let terminal = try Pseudoterminal(TerminalSize(columns: 200, rows: 24))
    let world = try world(terminal)
    async let code = world.run()
    _ = await terminal.expect("nginx:1.21.4): ")
    terminal.type("docker pull nginx:1.21.4\n")
    let text = await terminal.expect("nginx:1.21.4): ")
    #expect(text.contains("error[usage]: 'docker pull nginx:1.21.4' is more than an image reference\r\n"))
    #expect(text.contains("hint: probably meant: nginx:1.21.4\r\n"))
    terminal.type("\n")
    #expect(await terminal.expect("nginx:1.21.4): ").contains("error[usage]: no image is specified\r\n"))
    terminal.type("nginx:1.21.4\n")
    #expect(await code == .success)
    #expect(world.requests.count == 1)
  }

  @Test("An image that is not there is asked again, and the end of input ends with that failure's code")
  func notFound() async throws {
    let terminal = try Pseudoterminal(TerminalSize(columns: 200, rows: 24))
    let world = try world(terminal) { _, _ in throw RegistryError(.manifestNotFound) }
    async let code = world.run()
    _ = await terminal.expect("nginx:1.21.4): ")
    terminal.type("nginx:9\n")
    let text = await terminal.expect("nginx:1.21.4): ")
    #expect(text.contains("error[not-found]: nginx:9: the registry has no such tag or digest"))
    terminal.type("\u{4}")
    #expect(await code == .failure(.notFound))
  }

  @Test("A failure that no other answer mends ends the program")
  func networkFailure() async throws {
    let terminal = try Pseudoterminal()
    let world = try world(terminal) { _, _ in throw RegistryError(.network(.connectionRefused(host: "h"))) }
    async let code = world.run()
    _ = await terminal.expect("nginx:1.21.4): ")
    terminal.type("nginx\n")
    #expect(await code == .failure(.network))
  }

  @Test("Name and password are asked for only when the registry wants them, and the password is not shown")
  func credentials() async throws {
    let terminal = try Pseudoterminal(TerminalSize(columns: 200, rows: 24))
    let holder = WorldHolder()
    let world = try world(terminal) { request, _ in
      let prompt = try #require(holder.world?.usedAccess?.login.prompt)
      let found = try await prompt("harbor.example.com")
      #expect(found?.credential == .password(username: "robot$ci", password: " canary "))
      #expect(found?.origin == .prompt)
      return Samples.result()
    }
    holder.world = world
    async let code = world.run()
    _ = await terminal.expect("nginx:1.21.4): ")
    terminal.type("harbor.example.com/x\n")
    #expect(await terminal.expect("User name: ").contains("harbor.example.com requires a login. "))
    terminal.type("robot$ci\n")
    _ = await terminal.expect("Password of robot$ci at harbor.example.com (hidden while typing): ")
    #expect(!terminal.echoes)
    terminal.type(" canary \n")
    #expect(await code == .success)
    #expect(terminal.echoes)
    #expect(!terminal.rest().contains("canary"))
    holder.world = nil
  }

  @Test("Who gives no name gives no password either")
  func noCredentials() async throws {
    let terminal = try Pseudoterminal(TerminalSize(columns: 200, rows: 24))
    let holder = WorldHolder()
    let world = try world(terminal) { _, _ in
      let prompt = try #require(holder.world?.usedAccess?.login.prompt)
      #expect(try await prompt("h") == nil)
      throw RegistryError(.network(.connectionRefused(host: "h")))
    }
    holder.world = world
    async let code = world.run()
    _ = await terminal.expect("nginx:1.21.4): ")
    terminal.type("h.example/x\n")
    _ = await terminal.expect("User name: ")
    terminal.type("\n")
    #expect(await code == .failure(.network))
    holder.world = nil
  }

  @Test("Where the window would close, it waits for Enter, after a failure too", arguments: [true, false])
  func waitsForEnter(succeeds: Bool) async throws {
    let terminal = try Pseudoterminal(TerminalSize(columns: 200, rows: 24))
    let world = try world(terminal, language: .simplifiedChinese, isTerminalOwn: true) { _, _ in
      if succeeds { return Samples.result() }
      throw RegistryError(.network(.connectionRefused(host: "h")))
    }
    async let code = world.run()
    _ = await terminal.expect("nginx:1.21.4): ")
    terminal.type("nginx\n")
    _ = await terminal.expect("按回车键关闭窗口: ")
    terminal.type("\n")
    #expect(await code == (succeeds ? .success : .failure(.network)))
  }

  @Test("A cancelled question ends at once, and the terminal shows again what is typed")
  func cancelled() async throws {
    let terminal = try Pseudoterminal(TerminalSize(columns: 200, rows: 24))
    let world = try world(terminal)
    let context = world.context()
    let question = Task { try await Questions(context).password(for: "me", at: nil) }
    _ = await terminal.expect("(hidden while typing): ")
    #expect(!terminal.echoes)
    question.cancel()
    await #expect(throws: CancellationError.self) { try await question.value }
    #expect(terminal.echoes)
  }

  @Test("A signal during a question ends with the signal's code")
  func signal() async throws {
    let terminal = try Pseudoterminal(TerminalSize(columns: 200, rows: 24))
    let world = try world(terminal, isTerminalOwn: true)
    let program = Task { await world.run() }
    _ = await terminal.expect("nginx:1.21.4): ")
    world.send(.interrupt)
    program.cancel()
    #expect(await program.value == .interrupted(.interrupt))
  }

  @Test("--username without --password-stdin asks for the password at a terminal")
  func passwordAtTerminal() async throws {
    let terminal = try Pseudoterminal(TerminalSize(columns: 200, rows: 24))
    let world = try world(terminal)
    async let code = world.run("pull", "harbor.example.com/x", "--username", "me")
    _ = await terminal.expect("Password of me (hidden while typing): ")
    terminal.type("canary\n")
    #expect(await code == .success)
    let source = try #require(world.usedAccess?.login.credentials)
    let found = try await source.credential(for: CredentialQuery(registry: "harbor.example.com", repository: "x"))
    #expect(found?.credential == .password(username: "me", password: "canary"))
    #expect(found?.origin == .prompt)
  }

  private final class WorldHolder: @unchecked Sendable {
    var world: TestWorld?
  }
}

struct OwnTerminalTests {
  @Test(
    "A window closes with the program where it was made for it alone",
    arguments: [
      (true, "gnome-terminal-", true), (true, "xterm", true), (true, "konsole", true), (false, "bash", false),
      (false, "gnome-terminal-", false), (true, "sshd", false), (true, "sshd-session", false), (true, "script", false),
      (true, nil, false),
    ] as [(Bool, String?, Bool)])
  func closes(isSessionLeader: Bool, parent: String?, closes: Bool) {
    #expect(OwnTerminal.closes(isSessionLeader: isSessionLeader, parent: parent) == closes)
  }
}
