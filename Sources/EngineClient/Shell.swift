import FoundationEssentials
import Subprocess
import SystemPackage

/// Where commands run: on this machine, or on another one by the user's own `ssh`.
struct Shell: Sendable {
  struct Ended: Sendable {
    let status: TerminationStatus
    let output: [UInt8]
    let errors: String
  }

  /// The longest output that is read, in bytes: an engine may have thousands of images.
  static let outputLimit = 64 << 20
  /// How much is kept of what is said on standard error, in bytes.
  static let errorLimit = 64 << 10
  /// With this `ssh` ends where it did not reach the machine (ssh(1)).
  static let sshFailure: Int32 = 255
  /// With this a shell ends where there is no such program (POSIX).
  static let notFound: Int32 = 127

  /// Nil for this machine.
  let destination: SSHDestination?
  /// What programs get.
  let variables: [String: String]

  /// Runs a script of the POSIX shell. What is written by `write` is its standard input.
  ///
  /// - Throws: ``EngineError``; what `write` throws, but for a pipe that the script has closed; `CancellationError`.
  func run(
    _ script: String, _ write: (@Sendable (FileDescriptor) async throws -> Void)? = nil
  ) async throws -> Ended {
    let program = destination == nil ? "sh" : "ssh"
    let pipe = try write.map { _ in try PrivatePipe.make() }
    let end = pipe.map { PipeEnd($0.write) }
    defer { end?.close() }
    var options = PlatformOptions()
    options.teardownSequence = Self.teardown
    let input: FileDescriptor
    if let pipe { input = pipe.read } else { input = try FileDescriptor.open("/dev/null", .readOnly) }
    do {
      let result = try await Subprocess.run(
        .name(program), arguments: Arguments(arguments(script)), environment: .custom(variables.subprocessKeys),
        platformOptions: options, input: .fileDescriptor(input, closeAfterSpawningProcess: true),
        output: .bytes(limit: Self.outputLimit), error: .sequence
      ) { execution in
        async let errors = Self.tail(of: execution.standardError)
        if let end, let write {
          do { try await write(end.file) } catch Errno.brokenPipe {
            // Why it reads no more, its status says.
          } catch {
            // It must not take what has come for all there is.
            await execution.teardown(using: Self.teardown)
            throw error
          }
          end.close()
        }
        return try await errors
      }
      try Task.checkCancellation()
      return Ended(
        status: result.terminationStatus, output: result.standardOutput, errors: result.closureResult)
    } catch let error as SubprocessError {
      try Task.checkCancellation()
      guard error.code == .executableNotFound else {
        throw EngineError.programFailed(name: program, words: (error.underlyingError ?? .ioError).description)
      }
      throw EngineError.noProgram(name: program)
    }
  }

  private static let teardown: [TeardownStep] = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]

  /// The end of what a program says: there it says why it ends. All of it is taken, so that the program never waits.
  private static func tail(of said: SubprocessOutputSequence) async throws -> String {
    var tail: [UInt8] = []
    for try await buffer in said {
      buffer.withUnsafeBytes { tail += $0 }
      if tail.count > 2 * errorLimit { tail.removeFirst(tail.count - errorLimit) }
    }
    return String(decoding: tail.suffix(errorLimit), as: UTF8.self)
  }

  private func arguments(_ script: String) -> [String] {
    guard let destination else { return ["-c", script] }
    return (destination.port.map { ["-p", "\($0)"] } ?? []) + ["--", destination.target, script]
  }

  /// A word for the shell, whatever is in it.
  static func quoted(_ word: String) -> String { "'" + word.replacing("'", with: #"'\''"#) + "'" }
}

extension [String: String] {
  /// These variables for a program that is started. What is no name of a variable is left out.
  var subprocessKeys: [Environment.Key: String] {
    let pairs = compactMap { variable in Environment.Key(rawValue: variable.key).map { ($0, variable.value) } }
    return [Environment.Key: String](pairs) { first, _ in first }
  }
}

extension TerminationStatus {
  /// The code, or 128 and the signal.
  var number: Int32 {
    switch self {
    case .exited(let code): Int32(code)
    case .signaled(let signal): 128 + Int32(signal)
    }
  }
}
