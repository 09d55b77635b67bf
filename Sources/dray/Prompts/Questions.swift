import DrayMessages
import ImageModel
import RegistryAuth
import RegistryClient

/// Asks a person at the terminal. Questions go to standard error: standard output is for results.
struct Questions: Sendable {
  private let context: CommandContext

  init(_ context: CommandContext) {
    self.context = context
  }

  /// The image to pull; nil where the person has nothing more to say.
  func image() async throws -> String? {
    try await answer(to: .image)?.trimmed
  }

  /// Name and password for a registry that wants them; nil where the person gives no name.
  func credential(for registry: String) async throws -> FoundCredential? {
    try await credential(for: registry, asking: .username(host: registry))
  }

  /// Name and password for a registry that a person logs in to; nil where the person gives no name.
  func login(for registry: String) async throws -> FoundCredential? {
    try await credential(for: registry, asking: .loginName(host: registry))
  }

  private func credential(for registry: String, asking question: PromptPhrase) async throws -> FoundCredential? {
    guard let username = try await answer(to: question)?.trimmed, !username.isEmpty,
      let password = try await password(for: username, at: registry)
    else { return nil }
    return FoundCredential(.password(username: username, password: password), from: .prompt)
  }

  /// A password, which is not shown while it is typed.
  func password(for user: String, at host: String?) async throws -> String? {
    let isHidden = HiddenInput.begin(on: context.input.descriptor)
    defer {
      HiddenInput.end(on: context.input.descriptor)
      // The Enter that ended the password was not shown either.
      if isHidden { context.say("\n") }
    }
    return try await answer(to: .password(user: user, host: host))
  }

  /// Whether a person agrees to something. No answer is none.
  func confirms(_ question: Phrase) async throws -> Bool {
    context.say("\(question.text(context.language)) ")
    let answer = (try await context.input.line() ?? "").trimmed.lowercased()
    return ["y", "yes", "是", "好"].contains(answer)
  }

  func waitForEnter() async throws {
    _ = try await answer(to: .enterToClose)
  }

  private func answer(to question: PromptPhrase) async throws -> String? {
    context.say("\(question.text(context.language)): ")
    return try await context.input.line()
  }
}
