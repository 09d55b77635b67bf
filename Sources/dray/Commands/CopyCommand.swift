import ArgumentParser
import DrayMessages
import ImageCopy
import ImageModel

/// `dray copy`
struct CopyCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("copy", CopyHelp.self) }

  @Argument(help: .init(CopyHelp.places, valueName: "source> ... <target"))
  var places: [String] = []

  @Option(help: .init(PushHelp.image, valueName: "name"))
  var image: String?

  @Flag(name: .customLong("no-referrers"), help: .init(CopyHelp.noReferrers))
  var leavesReferrersOut = false

  @OptionGroup var names: NamingOptions

  @OptionGroup var conversions: ConversionOptions

  @OptionGroup var options: PushOptions

  @OptionGroup var source: SourceOptions

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    await options.run(in: context, as: .copy, about: places.last ?? "", connection) { try await copy(in: context) }
  }

  private func copy(in context: CommandContext) async throws -> ImagePush {
    guard let first = places.first, !first.isEmpty else { throw PushOptionError.noSource }
    guard let target = places.last, places.count > 1, !target.isEmpty else { throw PushOptionError.noTarget }
    let limits = try PushLimits(options, allowsSeveralPlatforms: true)
    let place = try PushTarget(target)
    if case .image = place, places.count > 2 { throw PushOptionError.severalSources(target) }
    let (conversion, platform) = try conversions.conversion(limits.platforms)
    let naming = try names.naming(for: place, target)
    let operands = places.dropLast().map { ImageOperand($0) }
    for case .reference(let text) in operands { _ = try ImageReference(parsing: text) }
    try source.check(connection)
    var settings = try await ConnectionSettings(connection, in: context)
    limits.apply(to: &settings.access)
    let destination = try place.target(settings)
    var sources: [PushRequest.Source] = []
    for operand in operands {
      switch operand {
      case .archive(let path): sources.append(.archive(path: path.string))
      case .reference(let text): sources.append(.image(try await source.reference(finding: text, settings)))
      }
    }
    var request = PushRequest(sources, to: destination)
    request.image = image
    request.platform = platform
    request.conversion = conversion
    request.naming = naming
    request.makesProjects = options.makesProjects
    request.writesReferrerTags = !options.leavesReferrerTagsOut
    request.bringsReferrers = !leavesReferrersOut
    let registry = request.target.registry
    return ImagePush(
      request, settings.access(for: [registry]),
      from: try await source.access(to: request.sources, target: registry, settings, in: context))
  }
}
