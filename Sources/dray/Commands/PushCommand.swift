import ArgumentParser
import DrayMessages
import ImageCopy
import ImageModel

/// `dray push`
struct PushCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("push", PushHelp.self) }

  @Argument(help: .init(PushHelp.archive, valueName: "archive"))
  var archive: String?

  @Argument(help: .init(PushHelp.target, valueName: "target"))
  var target: String?

  @Option(help: .init(PushHelp.image, valueName: "name"))
  var image: String?

  @OptionGroup var options: PushOptions

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    await options.run(in: context, about: target ?? archive ?? "", connection) { try await push(in: context) }
  }

  private func push(in context: CommandContext) async throws -> ImagePush {
    guard let archive, !archive.isEmpty else { throw PushOptionError.noArchive }
    guard let target, !target.isEmpty else { throw PushOptionError.noTarget }
    let limits = try PushLimits(options)
    // What is wrong with a name is said before anybody is asked for a password.
    let place = try PushTarget(target)
    var settings = try await ConnectionSettings(connection, in: context)
    limits.apply(to: &settings.access)
    var request = PushRequest(path: archive, target: try place.target(settings))
    request.image = image
    request.platform = limits.platform
    return ImagePush(request, settings.access(for: [request.target.registry]))
  }
}
