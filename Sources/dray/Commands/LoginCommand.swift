import ArgumentParser
import DrayMessages
import ImageCopy
import RegistryAuth
import RegistryClient

/// `dray login`
struct LoginCommand: ContextualCommand {
  static let name = "login"

  static var configuration: CommandConfiguration { CommandConfiguration(name, LoginHelp.self) }

  @Argument(help: .init(LoginHelp.registry, valueName: "registry[/path]"))
  var registry: String?

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    do {
      try await logIn(context)
      return .success
    } catch {
      return context.end(with: error)
    }
  }

  private func logIn(_ context: CommandContext) async throws {
    guard let registry else { throw UsageError.noRegistry }
    let login = try LoginName(parsing: registry)
    let settings = try await ConnectionSettings(connection, in: context)
    let credential = try await credential(for: login, settings, context)
    guard case .password(let username, let password) = credential.credential, !password.isEmpty else {
      throw UsageError.emptyPassword
    }
    guard !username.contains(":") else { throw UsageError.username(username) }

    let check = try RegistryLogin(settings.access, registry: login.registry)
    let outcome = await Result {
      try await check.run(credential) { context.warn($0, isDetailed: connection.isDetailed) }
    }
    await check.close()
    if try outcome.get() == .notAsked { context.say(LoginPhrase.notProven(registry: login.registry.description)) }

    let store = CredentialStore(environment: context.credentials, authFile: settings.authFile)
    let place = try await store.store(username: username, password: password, for: login)
    context.say(LoginPhrase.loggedIn(login.description, user: username))
    context.say(LoginPhrase.kept(place))
    if store.endsWithSession(place) { context.say(LoginPhrase.endsWithSession) }
  }

  /// What the command line or the environment gives, or else what a person answers.
  private func credential(
    for login: LoginName, _ settings: ConnectionSettings, _ context: CommandContext
  ) async throws -> FoundCredential {
    if let given = settings.credential ?? context.credentials.credential { return given }
    guard context.isInteractive else { throw UsageError.loginWithoutName }
    guard let typed = try await Questions(context).login(for: login.description) else {
      throw UsageError.loginWithoutName
    }
    return typed
  }
}

extension CommandContext {
  /// - Parameter isDetailed: whether details are wanted.
  func warn(_ warning: PullWarning, isDetailed: Bool = false) {
    guard isDetailed || !warning.isDetail else { return }
    say(PullPhrase.warning(warning.phrase))
  }
}

extension Result where Failure == any Error {
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
