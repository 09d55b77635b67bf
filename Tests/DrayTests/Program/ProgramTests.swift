import CLibrary
import FoundationEssentials
import Testing

@testable import DrayMessages
@testable import dray

/// The program as a process: what only shows there.
struct ProgramTests {
  private let folder: String

  init() throws {
    var template = Array("/tmp/dray-test-XXXXXX".utf8CString)
    try #require(mkdtemp(&template) != nil)
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private func finish() throws {
    try FileManager.default.removeItem(atPath: folder)
  }

  @Test("T052: a signal ends the program with its code and leaves no file", arguments: TerminationSignal.allCases)
  func signals(signal: TerminationSignal) async throws {
    let server = try SilentServer()
    let errors = try CapturedStream()
    let program = try BuiltProgram(
      ["pull", "127.0.0.1:\(server.port)/x", "--plain-http"],
      (.null, .null, .captured(errors)), folder: folder)
    let connection = await server.connection()
    program.send(signal.number)
    #expect(await program.exitCode() == signal.exitCode)
    #expect(errors.lines.last == "Interrupted.")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    close(connection)
    try finish()
  }

  @Test("A second signal ends the program at once")
  func secondSignal() async throws {
    let server = try SilentServer()
    let program = try BuiltProgram(
      ["pull", "127.0.0.1:\(server.port)/x", "--plain-http"], (.null, .null, .null), folder: folder)
    let connection = await server.connection()
    program.send(SIGINT)
    program.send(SIGTERM)
    #expect([130, 143].contains(await program.exitCode()))
    close(connection)
    try finish()
  }

  @Test("A signal that was ignored from the beginning stays ignored, as nohup wants it")
  func ignoredSignal() async throws {
    let server = try SilentServer()
    let program = try BuiltProgram(
      ["pull", "127.0.0.1:\(server.port)/x", "--plain-http"], (.null, .null, .null),
      variables: ["PATH": "/usr/bin:/bin"], folder: folder, launcher: ["--ignore-signal=HUP"])
    let connection = await server.connection()
    program.send(SIGHUP)
    program.send(SIGTERM)
    #expect(await program.exitCode() == 143)
    close(connection)
    try finish()
  }

  @Test("T081: with standard output or error closed from the beginning no message lands in another file")
  func closedDescriptors() async throws {
    let output = try CapturedStream()
    let errors = try CapturedStream()
    var program = try BuiltProgram(["--version"], (.null, .closed, .captured(errors)))
    #expect(await program.exitCode() == 141)
    #expect(errors.text.isEmpty)
    program = try BuiltProgram(["pull", "Nginx"], (.null, .captured(output), .closed))
    #expect(await program.exitCode() == 2)
    #expect(output.text.isEmpty)
    program = try BuiltProgram(["--version"], (.closed, .captured(output), .closed))
    #expect(await program.exitCode() == 0)
    #expect(output.text == "dray \(Version.current)\n")
    program = try BuiltProgram(["pull", "nginx", "-o", "-"], (.closed, .closed, .closed), folder: folder)
    #expect(await program.exitCode() == 141)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    try finish()
  }

  @Test("T081: a pipe that nobody reads ends the program with 141 and not with a signal")
  func brokenPipe() async throws {
    let ends = try PipeEnds()
    close(ends.reading)
    let errors = try CapturedStream()
    let program = try BuiltProgram(["--help"], (.null, .unread(ends), .captured(errors)))
    close(ends.writing)
    #expect(await program.exitCode() == 141)
    #expect(errors.text.isEmpty)
    try finish()
  }

  @Test("The language comes from the environment")
  func language() async throws {
    let errors = try CapturedStream()
    let program = try BuiltProgram(
      ["pull", "Nginx"], (.null, .null, .captured(errors)),
      variables: ["LANG": "C", "LC_ALL": "zh_CN.UTF-8"])
    #expect(await program.exitCode() == 2)
    #expect(errors.lines.first == "错误[usage]：“Nginx”：镜像名 “Nginx” 不能含大写字母")
    try finish()
  }

  @Test("Without arguments and without a terminal the program shows help and fails, whatever stands in its input")
  func noArguments() async throws {
    let errors = try CapturedStream()
    let program = try BuiltProgram([], (.null, .null, .captured(errors)))
    #expect(await program.exitCode() == 2)
    #expect(errors.text.contains("USAGE: dray <subcommand>"))
    try finish()
  }

  @Test("Without arguments on a terminal the program asks, and Ctrl-D ends it")
  func asks() async throws {
    let terminal = try Pseudoterminal()
    let program = try BuiltProgram(
      [], (.terminal(terminal), .terminal(terminal), .terminal(terminal)),
      variables: ["TERM": "xterm", "DRAY_LANG": "zh"])
    #expect(await terminal.expect("1.21.4): ") == "请输入需要拉取的镜像(例如:127.0.0.1/llsydn/nginx:1.21.4): ")
    terminal.type("\u{4}")
    #expect(await program.exitCode() == 2)
    try finish()
  }

  @Test("An interrupted question for a password gives the terminal its echo back")
  func interruptedPassword() async throws {
    let terminal = try Pseudoterminal()
    let program = try BuiltProgram(
      ["pull", "x", "--username", "me"], (.terminal(terminal), .terminal(terminal), .terminal(terminal)),
      variables: ["TERM": "xterm"], folder: folder)
    _ = await terminal.expect("(hidden while typing): ")
    #expect(!terminal.echoes)
    program.send(SIGINT)
    #expect(await program.exitCode() == 130)
    #expect(terminal.echoes)
    try finish()
  }
}
