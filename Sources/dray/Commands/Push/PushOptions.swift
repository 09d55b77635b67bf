import ArgumentParser
import DrayMessages
import ImageCopy
import ImageModel

/// The options of every command that puts images into a registry.
struct PushOptions: ParsableArguments {
  @Option(help: .init(PushHelp.platform, valueName: "os/arch[/variant]"))
  var platform: String?

  @Flag(name: .customLong("dry-run"), help: .init(PushHelp.dryRun))
  var isDryRun = false

  @Flag(name: .shortAndLong, help: .init(PushHelp.quiet))
  var quiet = false

  @Flag(help: .init(OptionHelp.json))
  var json = false

  @Option(name: .customLong("limit-rate"), help: .init(PushHelp.limitRate, valueName: "rate"))
  var limitRate: String?

  @Option(help: .init(PushHelp.connections, valueName: "n"))
  var connections: String?

  /// Plans or carries out what `prepare` makes of the command line, and shows it.
  func run(
    in context: CommandContext, as words: ShownPush.Words = .push, about subject: String,
    _ connection: ConnectionOptions,
    prepare: () async throws -> ImagePush
  ) async -> ExitCode {
    let shown = ShownPush(context, words, isQuiet: quiet, isJSON: json, isDetailed: connection.isDetailed)
    do {
      let push = try await prepare()
      if isDryRun {
        try shown.finish(try await push.plan { shown.observe($0) })
      } else {
        try shown.finish(try await push.run { shown.observe($0) })
      }
      return .success
    } catch {
      return shown.end(with: error, about: subject)
    }
  }
}

/// What ``PushOptions`` say, checked.
struct PushLimits: Sendable {
  let platform: Platform?
  private let connections: Int?
  private let bytesPerSecond: Int64?

  private static let mostConnections = 64

  /// - Throws: ``UsageError``; `ImageModel`'s errors of a platform.
  init(_ options: PushOptions) throws {
    guard !(options.quiet && options.json) else { throw UsageError.quietAndJSON }
    bytesPerSecond = try ByteRateOption.read(options.limitRate)
    connections = try OptionNumber.read(options.connections, "--connections", 1...Self.mostConnections)
    platform = try PlatformOption.read(options.platform)
  }

  func apply(to access: inout RegistryAccess) {
    if let connections { access.connections = connections }
    access.bytesPerSecond = bytesPerSecond
  }
}
