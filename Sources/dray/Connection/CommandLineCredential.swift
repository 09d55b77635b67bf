import DrayMessages
import RegistryAuth
import RegistryClient

/// The name and the password that a command is given: the name by `--username`, the password by standard input or by
/// an answer at the terminal.
enum CommandLineCredential {
  /// - Returns: nil where the command line names nobody.
  /// - Throws: ``UsageError``; `CancellationError` from the question for a password.
  static func read(
    _ username: String?, readsPassword: Bool, in context: CommandContext
  ) async throws -> FoundCredential? {
    guard let username else {
      if readsPassword { throw UsageError.passwordWithoutName }
      return nil
    }
    guard !username.isEmpty, !username.contains(":") else {
      // What stands behind a colon is a password.
      throw UsageError.username(String(username.prefix { $0 != ":" }) + (username.contains(":") ? ":…" : ""))
    }
    if readsPassword {
      let password = try await password(from: context.input)
      return FoundCredential(.password(username: username, password: password), from: .commandLine)
    }
    guard context.isInteractive else { throw UsageError.nameWithoutPassword }
    guard let password = try await Questions(context).password(for: username, at: nil), !password.isEmpty else {
      throw UsageError.emptyPassword
    }
    return FoundCredential(.password(username: username, password: password), from: .prompt)
  }

  /// All of standard input without the newline at its end, which `echo` and editors add.
  static func password(from input: StandardInput) async throws -> String {
    var bytes = try await input.all()
    guard bytes.count <= StandardInput.limit else { throw UsageError.passwordTooLong(limit: StandardInput.limit) }
    if bytes.last == UInt8(ascii: "\n") {
      bytes.removeLast()
      if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    }
    guard !bytes.isEmpty else { throw UsageError.emptyPassword }
    guard let password = String(validating: bytes, as: UTF8.self) else { throw UsageError.passwordNotText }
    return password
  }
}
