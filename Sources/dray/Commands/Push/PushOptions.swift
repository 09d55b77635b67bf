import ArgumentParser
import DrayMessages
import ImageCopy
import ImageModel

/// The options of every command that puts images into a registry.
struct PushOptions: ParsableArguments {
  @Option(
    name: .customLong("platform"), parsing: .singleValue, help: .init(PushHelp.platform, valueName: "os/arch[/variant]")
  )
  var platforms: [String] = []

  @Flag(name: .customLong("create-project"), help: .init(PushHelp.createProject))
  var makesProjects = false

  @Flag(name: .customLong("no-fallback-tag"), help: .init(PushHelp.noFallbackTag))
  var leavesReferrerTagsOut = false

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

  @OptionGroup var renaming: RenamingOptions

  /// Plans or carries out what `prepare` makes of the command line, and shows it.
  ///
  /// - Parameter words: how it is called; what takes standard output for an archive has no other use of it.
  func run(
    in context: CommandContext, as words: ShownPush.Words = .push, about subject: String,
    _ connection: ConnectionOptions,
    prepare: () async throws -> any ImageCopying
  ) async -> ExitCode {
    if words.takesOutput, !isDryRun, !context.output.isOpen { return .outputClosed }
    let shown = ShownPush(context, words, isQuiet: quiet, isJSON: json, isDetailed: connection.isDetailed)
    do {
      let renaming = try Renaming(renaming, isJSON: json, in: context)
      let push = try await prepare()
      let images: [PushedImage]
      if isDryRun {
        let plan = try await push.plan { shown.observe($0) }
        images = plan.images
        if !renaming.takesOutput { try shown.finish(plan) }
      } else {
        let result = try await push.run { shown.observe($0) }
        images = result.images
        try shown.finish(result, printsNames: !renaming.takesOutput && !words.takesOutput)
      }
      try renaming.tell(images.map { RenamedImage($0) }, in: context)
      return .success
    } catch {
      return shown.end(with: error, about: subject)
    }
  }
}

extension PushOptions {
  /// The first that is given of those that only a registry can follow.
  var ofRegistries: String? {
    makesProjects ? "--create-project" : leavesReferrerTagsOut ? "--no-fallback-tag" : nil
  }
}

/// What ``PushOptions`` say, checked.
struct PushLimits: Sendable {
  let platforms: [Platform]

  /// The only platform that is pushed; nil for all.
  var platform: Platform? { platforms.count == 1 ? platforms[0] : nil }

  private let connections: Int?
  private let bytesPerSecond: Int64?

  private static let mostConnections = 64

  /// - Throws: ``UsageError``; ``PushOptionError``; `ImageModel`'s errors of a platform.
  init(_ options: PushOptions, allowsSeveralPlatforms: Bool = false) throws {
    guard !(options.quiet && options.json) else { throw UsageError.quietAndJSON }
    bytesPerSecond = try ByteRateOption.read(options.limitRate)
    connections = try OptionNumber.read(options.connections, "--connections", 1...Self.mostConnections)
    platforms = try options.platforms.compactMap { try PlatformOption.read($0) }
    guard allowsSeveralPlatforms || platforms.count < 2 else { throw PushOptionError.severalPlatforms }
  }

  func apply(to access: inout RegistryAccess) {
    if let connections { access.network.connectionsPerHost = connections }
    access.network.bytesPerSecond = bytesPerSecond
  }
}
