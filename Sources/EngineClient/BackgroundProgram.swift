import Subprocess
import SystemPackage

/// A program that is started and left to itself: it outlives this one, and signals of the terminal do not reach it.
package enum BackgroundProgram {
  /// Returns at once. Whether the program is there, and what becomes of it, nobody is told.
  ///
  /// - Parameters:
  ///   - argument: passed as it is; no shell reads it.
  ///   - variables: what the program gets.
  package static func start(_ program: String, _ argument: String, variables: [String: String]) async {
    // POSIX: what a shell without job control starts by & ignores SIGINT and SIGQUIT.
    let script = "\"$0\" \"$1\" </dev/null >/dev/null 2>&1 &"
    _ = try? await Subprocess.run(
      .name("sh"), arguments: ["-c", script, program, argument], environment: .custom(variables.subprocessKeys),
      output: .discarded, error: .discarded)
  }
}
