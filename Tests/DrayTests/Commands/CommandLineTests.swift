import ImageCopy
import ImageModel
import Testing

@testable import DrayMessages
@testable import dray

struct CommandLineTests {
  private func error(_ arguments: String...) throws -> UsageError? {
    #expect(throws: UsageError.self) {
      _ = try CommandLineReader.read(arguments, language: .english, columns: 80)
    }
  }

  @Test("What the parser refuses is said in dray's own words")
  func parserErrors() throws {
    #expect(try error("pull", "x", "--frobnicate") == .unknownOption("--frobnicate", similar: nil))
    #expect(try error("pull", "x", "--quite") == .unknownOption("--quite", similar: "--quiet"))
    #expect(try error("pull", "x", "-x") == .unknownOption("-x", similar: nil))
    #expect(try error("pull", "x", "--as") == .missingValue(option: "--as"))
    #expect(try error("pull", "x", "-o") == .missingValue(option: "-o"))
    #expect(try error("pull", "x", "--quiet=1") == .unwantedValue(option: "--quiet"))
    #expect(try error("nginx") == .unexpectedArgument("nginx", similar: nil))
    #expect(try error("it's") == .unexpectedArgument("it's", similar: nil))
    #expect(try error("a", "b") == .unexpectedArgument("a", similar: nil))
  }

  @Test("A password on the command line is refused, explained, and not repeated")
  func passwordOption() async throws {
    for arguments in [
      ["pull", "x", "--password", "canary2"], ["pull", "--password=canary2", "x"], ["--password", "canary2"],
    ] {
      let world = try TestWorld()
      #expect(await Program.run(arguments, in: world.context()) == .failure(.usage))
      #expect(world.errors.lines.first?.hasPrefix("error[usage]: there is no option --password") == true)
      #expect(!world.errors.text.contains("canary2"))
    }
    let world = try TestWorld()
    #expect(await world.run("pull", "nginx", "--", "--password") == .failure(.usage))
    #expect(world.requests.map(\.reference.familiarName) == ["nginx:latest"])
  }

  @Test("A usage error is one line and a hint on standard error, and exit code 2")
  func usageError() async throws {
    let world = try TestWorld()
    let code = await world.run("pull", "nginx", "--frobnicate")
    #expect(code.number == 2)
    #expect(world.output.text.isEmpty)
    #expect(
      world.errors.lines == [
        "error[usage]: unknown option '--frobnicate'", "  hint: 'dray help COMMAND' shows all options of a command",
      ])
  }

  @Test(
    "Help and the version are no failures and go to standard output",
    arguments: [["--help"], ["pull", "-h"], ["help", "pull"], ["--version"]])
  func help(arguments: [String]) async throws {
    let world = try TestWorld()
    #expect(await Program.run(arguments, in: world.context()) == .success)
    #expect(!world.output.text.isEmpty)
    #expect(world.errors.text.isEmpty)
  }

  @Test("Without arguments and without a terminal there is help on standard error, and exit code 2")
  func nothing() async throws {
    let world = try TestWorld()
    #expect(await world.run() == .failure(.usage))
    #expect(world.errors.text.contains("dray pull nginx:1.21.4"))
    #expect(world.output.text.isEmpty)
  }

  @Test("The help of pull names every exit code")
  func exitCodes() throws {
    guard case .text(let help) = try CommandLineReader.read(["pull", "--help"], language: .english, columns: 100)
    else {
      Issue.record("no help")
      return
    }
    for failureClass in FailureClass.allCases {
      let line = "\(failureClass.exitCode)  \(failureClass.name)"
      #expect(help.contains(line), "\(line)")
    }
    for signal in TerminationSignal.allCases { #expect(help.contains("\(signal.exitCode)")) }
    #expect(help.contains("141"))
  }

  @Test("The numbers of the exit codes are the contract's")
  func contract() {
    #expect(ExitCode.success.number == 0)
    #expect(ExitCode(.bug).number == 1)
    #expect(ExitCode(.usage).number == 2)
    #expect(ExitCode(.network).number == 10)
    #expect(ExitCode(.rateLimit).number == 11)
    #expect(ExitCode(.authentication).number == 12)
    #expect(ExitCode(.notFound).number == 13)
    #expect(ExitCode(.tls).number == 14)
    #expect(ExitCode(.proxy).number == 15)
    #expect(ExitCode(.integrity).number == 20)
    #expect(ExitCode(.refused).number == 21)
    #expect(ExitCode(.unsupported).number == 22)
    #expect(ExitCode(.localIO).number == 30)
    #expect(ExitCode(.busy).number == 31)
    #expect(ExitCode.interrupted(.hangup).number == 129)
    #expect(ExitCode.interrupted(.interrupt).number == 130)
    #expect(ExitCode.interrupted(.terminate).number == 143)
    #expect(ExitCode.outputClosed.number == 141)
  }
}
