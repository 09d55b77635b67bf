import DrayMessages
import EngineClient
import FileAccess
import FoundationEssentials
import ImageCopy
import MachineConfiguration
import NIOCore
import RegistryAuth
import RegistryClient

@main
enum EntryPoint {
  /// Not `async`: that would end the first thread by `pthread_exit`, and what that unwinds is looked for in tables of the
  /// whole program, which took longer than all else that a short command does.
  static func main() {
    StandardDescriptors.secure()
    OpenFileBudget.raise()
    fitEventLoops()
    start()
    // Signals come here. The task ends the program.
    while true { pause() }
  }

  /// Makes the threads of all connections fit.
  ///
  /// Where one for each processor fits, nothing is said: which of the processors this process may use stands in half a
  /// dozen files, and they are read when the first connection needs them.
  private static func fitEventLoops() {
    let budget = OpenFileBudget.current
    guard budget.eventLoops(cores: .max) < sysconf(Int32(_SC_NPROCESSORS_ONLN)) else { return }
    NIOSingletons.groupLoopCountSuggestion = budget.eventLoops(cores: System.coreCount)
  }

  private nonisolated static func start() {
    // Any other priority would change the process's own, where the user may (`nice`).
    Task(priority: .medium) {
      let watcher = SignalWatcher()
      let code = await watcher.run {
        await Program.run(Array(CommandLine.arguments.dropFirst()), in: .process(watcher))
      }
      exit(code.number)
    }
  }
}

extension CommandContext {
  /// The world as it is.
  static func process(_ watcher: SignalWatcher) -> CommandContext {
    let environment = { @Sendable (name: String) in getenv(name).map { String(cString: $0) } }
    let variables = ProcessInfo.processInfo.environment
    let credentials = CredentialEnvironment(variables: variables, userID: getuid())
    var access = RegistryAccess.ofThisMachine(variables: variables)
    // Those of a command come with its options.
    access.login.credentials = NoCredentials()
    access.network.userAgent = "dray/\(Version.current)"
    let start = ContinuousClock.now
    return CommandContext(
      language: Language(environment: environment), environment: environment, input: .standard, output: .output,
      errors: .errors, now: { ContinuousClock.now - start }, signal: { watcher.signal },
      allowGrace: { watcher.allow(.seconds($0)) },
      isTerminalOwn: OwnTerminal.closesWithThisProcess, access: access, credentials: credentials,
      engines: EngineSearch(variables: credentials.variablesForHelpers, userID: getuid()))
  }
}
