import DrayMessages
import EngineClient
import ImageCopy
import ImageModel
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
  /// Gives the command longer to stop after a signal than others have, in seconds.
  var allowGrace: @Sendable (Int) -> Void = { _ in }
  /// Whether the window closes when the program ends.
  let isTerminalOwn: Bool
  /// How registries are reached where no option says otherwise.
  let access: RegistryAccess
  /// Where credentials are looked for.
  let credentials: CredentialEnvironment
  /// Makes what pulls from the registries that a command names.
  var makePuller: @Sendable (RegistryAccess, [RegistryName]) throws -> any ImagePuller = {
    try ImagePull($0, registries: $1)
  }
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

  /// Says a sentence on a line of its own.
  func say(_ phrase: some Phrased) {
    say(phrase.text(language) + "\n")
  }

  /// Tells a person what failed.
  func report(_ error: any Error) {
    report(FailureReport(error))
  }

  private func report(_ report: FailureReport) {
    say(report.lines(language).map { $0 + "\n" }.joined())
  }

  /// Ends a command that failed: tells why, unless a signal ended it or nobody reads any more.
  ///
  /// - Parameters:
  ///   - subject: what the command line names, where the failure is told to a program, as an object; nil where it is told to
  ///     a person, in words.
  ///   - stream: where the object goes; nil for standard output.
  ///   - image: the image that it happened to.
  func end(
    with error: any Error, asJSONAbout subject: String? = nil, on stream: StandardStream? = nil,
    of image: ImageReference? = nil
  ) -> ExitCode {
    if let signal = signal() { return .interrupted(signal) }
    if let error = error as? StreamError { return exitCode(for: error) }
    if error is OutputClosed { return .outputClosed }
    let failure = FailureReport(error, of: image)
    if let subject {
      do { try (stream ?? output).write(JSONLine.text(FailedRecord(subject, failure, language))) } catch {
        return exitCode(for: error)
      }
    } else {
      report(failure)
    }
    return ExitCode(failure.failureClass)
  }

  /// What it means for the program that standard output cannot be written. A reader that has gone wants to hear nothing
  /// more.
  func exitCode(for error: StreamError) -> ExitCode {
    if error == .closed { return .outputClosed }
    report(error)
    return ExitCode(error.failureClass)
  }
}
