import EngineClient
import FoundationEssentials
import ImageTransfer
import RegistryClient

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

@main
enum EntryPoint {
  static func main() async {
    StandardDescriptors.secure()
    OpenFileBudget.raise()
    OpenFileBudget.fitEventLoops()
    let watcher = SignalWatcher()
    let code = await watcher.run {
      await Program.run(Array(CommandLine.arguments.dropFirst()), in: .process(watcher))
    }
    exit(code.number)
  }
}

extension CommandContext {
  /// The world as it is.
  static func process(_ watcher: SignalWatcher) -> CommandContext {
    let environment = { @Sendable (name: String) in getenv(name).map { String(cString: $0) } }
    let variables = CredentialEnvironment(variables: ProcessInfo.processInfo.environment, userID: getuid())
    var access = RegistryAccess(credentials: NoCredentials())
    access.use(ConfigurationRoots(system: "/etc", variables: ProcessInfo.processInfo.environment))
    access.proxies = ProxyRules(variables: ProcessInfo.processInfo.environment)
    access.userAgent = "dray/\(Version.current)"
    let start = ContinuousClock.now
    return CommandContext(
      language: Language(environment: environment), environment: environment, input: .standard, output: .output,
      errors: .errors, now: { ContinuousClock.now - start }, signal: { watcher.signal },
      isTerminalOwn: OwnTerminal.closesWithThisProcess, access: access, credentials: variables,
      makePuller: Puller.engine, engines: EngineSearch(variables: variables.variablesForHelpers, userID: getuid()))
  }
}
