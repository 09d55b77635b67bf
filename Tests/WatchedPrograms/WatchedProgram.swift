import CLibrary
import Dispatch
import Subprocess
import SystemPackage
import Testing

/// A program that a test starts, runs to its end, and reads.
///
/// Tests start programs in no other way, so that whatever one of them prints is searched for secrets: dray itself, the
/// shells around it, and the tools that it is compared with.
package enum WatchedProgram {
  package struct Ended: Sendable {
    /// The exit code, or 128 and the signal.
    package let code: Int
    /// What came on standard output.
    package let bytes: [UInt8]
    package let errors: String

    package var output: String { String(decoding: bytes, as: UTF8.self) }
    package var isSuccess: Bool { code == 0 }
  }

  /// The test is skipped where the program, or one that a script of `sh` or `bash` calls, is not on this machine.
  ///
  /// - Parameters:
  ///   - program: its path, or its name in `PATH`.
  ///   - environment: all of it; nil for that of the tests.
  ///   - folder: where it is started; nil for the folder of the tests.
  ///   - limit: how much of each output is taken, in bytes. More fails the test.
  ///   - life: after this long it is ended with SIGKILL, wherever it is.
  ///   - started: is told its process identifier.
  @discardableResult
  package static func run(
    _ program: String, _ arguments: [String] = [], input: [UInt8] = [], environment: [String: String]? = nil,
    in folder: FilePath? = nil, limit: Int = 1 << 20, life: Duration? = nil, check: SecretCheck = SecretCheck(),
    started: (@Sendable (pid_t) -> Void)? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Ended {
    if !program.hasPrefix("/") { try TestNeeds.programs([program]) }
    if ["sh", "bash"].contains(program) { for script in arguments { try TestNeeds.script(script) } }
    let result = try await Subprocess.run(
      program.hasPrefix("/") ? .path(FilePath(program)) : .name(program), arguments: Arguments(arguments),
      environment: environment.map { .custom(variables($0)) } ?? .inherit, workingDirectory: folder,
      input: .array(input), output: .bytes(limit: limit), error: .bytes(limit: limit)
    ) { execution in
      started?(execution.processIdentifier.value)
      guard let life else { return }
      await withTaskGroup(of: Void.self) { group in
        let process = execution.processIdentifier.value
        group.addTask { await end(of: process) }
        group.addTask {
          do { try await Task.sleep(for: life) } catch { return }
          // It may have ended by itself.
          try? execution.send(signal: .kill)
        }
        await group.next()
        group.cancelAll()
      }
    }
    let code =
      switch result.terminationStatus {
      case .exited(let code): Int(code)
      case .signaled(let signal): 128 + Int(signal)
      }
    let name = program.split(separator: "/").last.map(String.init) ?? program
    check.expectNone(in: result.standardOutput, "the output of \(name)", sourceLocation: sourceLocation)
    check.expectNone(in: result.standardError, "the errors of \(name)", sourceLocation: sourceLocation)
    return Ended(
      code: code, bytes: result.standardOutput, errors: String(decoding: result.standardError, as: UTF8.self))
  }

  /// Returns when a process has ended, and leaves its status to who started it.
  private static func end(of process: pid_t) async {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        var information = siginfo_t()
        while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        continuation.resume()
      }
    }
  }

  private static func variables(_ environment: [String: String]) -> [Environment.Key: String] {
    Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1) })
  }
}
