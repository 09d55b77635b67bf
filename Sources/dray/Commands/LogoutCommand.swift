import ArgumentParser
import DrayMessages
import RegistryAuth
import RegistryClient

/// `dray logout`
struct LogoutCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("logout", LogoutHelp.self) }

  @Argument(help: .init(LoginHelp.registry, valueName: "registry[/path]"))
  var registry: String?

  @Flag(name: .customLong("all"), help: .init(LogoutHelp.allPaths))
  var includesPaths = false

  @Option(name: .customLong("authfile"), help: .init(LogoutHelp.onlyFile, valueName: "file"))
  var authFile: String?

  func run(in context: CommandContext) async -> ExitCode {
    do {
      guard let registry else { throw UsageError.noRegistry }
      let login = try LoginName(parsing: registry)
      let store = CredentialStore(environment: context.credentials, authFile: authFile)
      let removal = try await store.remove(login, includingPaths: includesPaths)
      for place in removal.removed { context.say(LoginPhrase.removed(login.description, place)) }
      if removal.removed.isEmpty { context.say(LoginPhrase.notLoggedIn(login.description)) }
      for place in removal.remaining { context.say(LoginPhrase.remaining(place)) }
      return .success
    } catch {
      return context.end(with: error)
    }
  }
}
