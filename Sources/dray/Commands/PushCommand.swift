import ArgumentParser
import DrayMessages
import ImageCopy
import ImageModel

/// `dray push`
struct PushCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("push", PushHelp.self) }

  @Argument(help: .init(PushHelp.archive, valueName: "archive> ... <target"))
  var places: [String] = []

  @Option(help: .init(PushHelp.image, valueName: "name"))
  var image: String?

  @OptionGroup var names: NamingOptions

  @OptionGroup var options: PushOptions

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    let spool = InputSpool()
    let code = await options.run(in: context, about: places.last ?? "", connection) {
      try await push(in: context, spool)
    }
    return withExtendedLifetime(spool) { code }
  }

  private func push(in context: CommandContext, _ spool: InputSpool) async throws -> ImagePush {
    guard let first = places.first, !first.isEmpty else { throw PushOptionError.noArchive }
    guard let target = places.last, places.count > 1, !target.isEmpty else { throw PushOptionError.noTarget }
    let archives = places.dropLast()
    let limits = try PushLimits(options)
    // What is wrong with a name is said before anybody is asked for a password.
    let place = try PushTarget(target)
    if case .image = place, archives.count > 1 { throw PushOptionError.severalSources(target) }
    let naming = try names.naming(for: place, target)
    try spool.check(archives, readsPassword: connection.readsPassword)
    var settings = try await ConnectionSettings(connection, in: context)
    limits.apply(to: &settings.access)
    var sources: [ImageOrigin] = []
    for archive in archives {
      sources.append(try await spool.origin(archive, in: context))
    }
    var request = PushRequest(sources, to: try place.target(settings))
    request.image = image
    request.platform = limits.platform
    request.naming = naming
    request.makesProjects = options.makesProjects
    request.writesReferrerTags = !options.leavesReferrerTagsOut
    return ImagePush(request, settings.access(for: [request.target.registry]))
  }
}
