import ArchiveTools
import ArgumentParser
import DrayMessages
import ImageCopy
import ImageModel

/// `dray copy`
struct CopyCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("copy", CopyHelp.self) }

  @Argument(help: .init(CopyHelp.places, valueName: "source> ... <target"), transform: CopyTarget.withoutScheme)
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
    let target = Result { try place() }
    let spool = InputSpool()
    let code = await options.run(
      in: context, as: (try? target.get())?.words ?? .copy, about: places.last ?? "", connection
    ) {
      switch try target.get() {
      case .registry(let place): try await push(to: place, in: context, spool)
      case .disk(let output): try await export(to: output, in: context, spool)
      }
    }
    return withExtendedLifetime(spool) { code }
  }

  private func place() throws -> CopyTarget {
    guard let first = places.first, !first.isEmpty else { throw PushOptionError.noSource }
    guard let target = places.last, places.count > 1, !target.isEmpty else { throw PushOptionError.noCopyTarget }
    for text in places.dropLast() { try CopyTarget.checkIsNoTransport(text) }
    return try CopyTarget(target)
  }

  private func push(
    to place: PushTarget, in context: CommandContext, _ spool: InputSpool
  ) async throws -> any ImageCopying {
    let limits = try PushLimits(options, allowsSeveralPlatforms: true)
    let target = places[places.count - 1]
    if case .image = place, places.count > 2 { throw PushOptionError.severalSources(target) }
    let (conversion, platform) = try conversions.conversion(limits.platforms)
    let layers = try LayerCompression(option: conversions.layers)
    let naming = try names.naming(for: place, target)
    let operands = try operands()
    try source.check(connection)
    try spool.check(places.dropLast(), readsPassword: connection.readsPassword || source.readsPassword)
    var settings = try await ConnectionSettings(connection, in: context)
    limits.apply(to: &settings.access)
    let destination = try place.target(settings)
    var request = PushRequest(
      try await sources(operands, spool, in: context) { try await source.reference(finding: $0, settings) },
      to: destination)
    request.image = image
    request.platform = platform
    request.conversion = conversion
    request.naming = naming
    request.makesProjects = options.makesProjects
    request.writesReferrerTags = !options.leavesReferrerTagsOut
    request.bringsReferrers = !leavesReferrersOut
    let registry = request.target.registry
    let access = settings.access(for: [registry])
    let sourceAccess = try await source.access(to: request.sources, target: registry, settings, in: context)
    guard layers == .asIs else {
      let folder = context.environment("TMPDIR") ?? "/tmp"
      return RewritingPush(request, layers: layers, in: folder, access, from: sourceAccess)
    }
    return ImagePush(request, access, from: sourceAccess)
  }

  private func export(
    to output: ExportRequest.Output, in context: CommandContext, _ spool: InputSpool
  ) async throws -> ImageExport {
    let limits = try PushLimits(options, allowsSeveralPlatforms: true)
    if let option = options.ofRegistries { throw PushOptionError.optionOfRegistries(option, places[places.count - 1]) }
    if case .archive(let path) = output { context.warnOfEnding(path) }
    if output == .standardOutput {
      guard options.isDryRun || !context.output.isTerminal else { throw UsageError.archiveToTerminal }
      if let option = options.renaming.ofOutput { throw PushOptionError.archiveAndOutput(option) }
      if options.json, !options.isDryRun { throw PushOptionError.archiveAndOutput("--json") }
      if conversions.layers.map({ $0 != LayerCompression.asIs.rawValue }) ?? false {
        throw FormatOptionError.optionOfStream("--layers")
      }
    }
    let (conversion, platform) = try conversions.conversion(limits.platforms)
    let layers = try LayerCompression(option: conversions.layers)
    let names = try names.loadedNames()
    if case .one = names, places.count > 2 { throw UsageError.oneNameForSeveral }
    let operands = try operands()
    try source.check(connection)
    try spool.check(places.dropLast(), readsPassword: connection.readsPassword || source.readsPassword)
    var settings = try await ConnectionSettings(connection, in: context)
    limits.apply(to: &settings.access)
    var request = ExportRequest(
      try await sources(operands, spool, in: context) { try await source.reference(finding: $0, alone: settings) },
      to: output)
    request.image = image
    request.platform = platform
    request.conversion = conversion
    request.names = names
    request.layers = layers
    request.bringsReferrers = !leavesReferrersOut
    return ImageExport(request, try await source.access(alone: request.sources, settings, in: context))
  }

  /// - Throws: `ImageReferenceError`.
  private func operands() throws -> [ImageOperand] {
    let operands = places.dropLast().map { ImageOperand($0) }
    for case .reference(let text) in operands { _ = try ImageReference(parsing: text) }
    return operands
  }

  private func sources(
    _ operands: [ImageOperand], _ spool: InputSpool, in context: CommandContext,
    finding: (String) async throws -> ImageReference
  ) async throws -> [ImageOrigin] {
    var sources: [ImageOrigin] = []
    for operand in operands {
      switch operand {
      case .archive(let path): sources.append(try await spool.origin(path.string, in: context))
      case .reference(let text): sources.append(.image(try await finding(text)))
      }
    }
    return sources
  }
}

extension CopyTarget {
  fileprivate var words: ShownPush.Words {
    switch self {
    case .registry: .copy
    case .disk(.standardOutput): .export(to: "-")
    case .disk(.archive(let path)), .disk(.layout(let path)): .export(to: path)
    }
  }
}
