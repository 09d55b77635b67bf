import ArgumentParser
import DrayMessages
import ImageCopy
import ImageModel

/// `dray push`
struct PushCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("push", PushHelp.self) }

  private static let mostConnections = 64

  @Argument(help: .init(PushHelp.archive, valueName: "archive"))
  var archive: String?

  @Argument(help: .init(PushHelp.target, valueName: "target"))
  var target: String?

  @Option(help: .init(PushHelp.image, valueName: "name"))
  var image: String?

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

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    let shown = ShownPush(context, isQuiet: quiet, isJSON: json, isDetailed: connection.isDetailed)
    do {
      let push = try await push(in: context)
      if isDryRun {
        try shown.finish(try await push.plan { shown.observe($0) })
      } else {
        try shown.finish(try await push.run { shown.observe($0) })
      }
      return .success
    } catch {
      return shown.end(with: error, about: target ?? archive ?? "")
    }
  }

  private func push(in context: CommandContext) async throws -> ImagePush {
    guard let archive, !archive.isEmpty else { throw PushOptionError.noArchive }
    guard let target, !target.isEmpty else { throw PushOptionError.noTarget }
    guard !(quiet && json) else { throw UsageError.quietAndJSON }
    let rate = try ByteRateOption.read(limitRate)
    let number = try OptionNumber.read(connections, "--connections", 1...Self.mostConnections)
    let platform = try PlatformOption.read(platform)
    // What is wrong with a name is said before anybody is asked for a password.
    let place = try PushTarget(target)
    var settings = try await ConnectionSettings(connection, in: context)
    if let number { settings.access.connections = number }
    settings.access.bytesPerSecond = rate
    var request = PushRequest(path: archive, target: try place.target(settings.access))
    request.image = image
    request.platform = platform
    return ImagePush(request, settings.access(for: [request.target.registry]))
  }
}
