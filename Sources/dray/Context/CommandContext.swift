import DrayMessages
import EngineClient
import ImageTransfer
import MachineConfiguration
import RegistryClient

/// The world that a command works in. It is passed in, so that a test brings its own.
struct CommandContext: Sendable {
  let language: Language
  let environment: @Sendable (String) -> String?
  let input: StandardInput
  let output: StandardStream
  let errors: StandardStream
  /// A clock that never goes back.
  let now: @Sendable () -> Duration
  /// The signal that ends the program, once it has come.
  let signal: @Sendable () -> TerminationSignal?
  /// Whether the window closes when the program ends.
  let isTerminalOwn: Bool
  /// How registries are reached where no option says otherwise.
  let access: RegistryAccess
  /// Where credentials are looked for.
  let credentials: CredentialEnvironment
  let makePuller: PullerFactory
  /// How container engines are found.
  var engines = EngineSearch(variables: [:], userID: 0)

  var errorAbility: TerminalAbility {
    TerminalAbility(isTerminal: errors.isTerminal, environment: environment)
  }

  /// Whether somebody is there to answer a question.
  var isInteractive: Bool { input.isTerminal && errors.isTerminal }

  /// Says something on standard error. Where that is closed nobody listens, and the work goes on.
  func say(_ text: String) {
    try? errors.write(text)
  }

  /// Says what a command failed of, and what the program ends with then: the signal, where one ended the work.
  func end(with error: any Error) -> ExitCode {
    if let signal = signal() { return .interrupted(signal) }
    if let error = error as? StreamError { return exitCode(for: error) }
    report(error)
    return ExitCode(FailureReport(error).failureClass)
  }

  func report(_ error: any Error) {
    say(FailureReport(error).lines(language).map { $0 + "\n" }.joined())
  }
}
