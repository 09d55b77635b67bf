import ArgumentParser
import DrayMessages
import ImageModel

/// The options of `dray sync` as they are typed.
struct SyncOptions: ParsableArguments {
  @Option(name: .customLong("tags"), parsing: .singleValue, help: .init(SyncHelp.tags, valueName: "which"))
  var tags: [String] = []

  @Option(help: .init(SyncHelp.newest, valueName: "n"))
  var newest: String?

  @Option(help: .init(SyncHelp.platform, valueName: "os/arch[/variant]"))
  var platform: String?

  @Flag(name: .customLong("fail-fast"), help: .init(SyncHelp.failFast))
  var stopsAtFailure = false

  @Flag(name: .customLong("no-clobber"), help: .init(SyncHelp.noClobber))
  var keepsTags = false

  @Flag(help: .init(SyncHelp.referrers))
  var referrers = false

  @Flag(name: .customLong("create-project"), help: .init(PushHelp.createProject))
  var makesProjects = false

  @Flag(name: .customLong("no-fallback-tag"), help: .init(PushHelp.noFallbackTag))
  var leavesReferrerTagsOut = false

  @OptionGroup var names: NamingOptions

  @OptionGroup var renaming: RenamingOptions

  @Option(help: .init(SyncHelp.lock, valueName: "file"))
  var lock: String?

  @Flag(name: .customLong("prune"), help: .init(SyncHelp.prune))
  var prunes = false

  @Flag(help: .init(SyncHelp.yes))
  var yes = false

  @Option(help: .init(SyncHelp.shard, valueName: "i/n|auto[/n]"))
  var shard: String?

  @Flag(name: .customLong("dry-run"), help: .init(SyncHelp.dryRun))
  var isDryRun = false

  @Flag(name: .shortAndLong, help: .init(SyncHelp.quiet))
  var quiet = false

  @Flag(help: .init(OptionHelp.json))
  var json = false

  @Option(name: .customLong("limit-rate"), help: .init(PushHelp.limitRate, valueName: "rate"))
  var limitRate: String?

  @Option(help: .init(SyncHelp.connections, valueName: "n"))
  var connections: String?
}

/// What ``SyncOptions`` say, checked.
struct SyncLimits: Sendable {
  let tags: [TagSelection]
  let platform: Platform?
  let bytesPerSecond: Int64?
  /// Nil where nobody said how many.
  let connections: Int?

  private static let mostConnections = 64
  private static let mostTags = 1_000_000

  /// - Throws: ``UsageError``; ``SelectionError``; ``PushOptionError``.
  init(_ options: SyncOptions) throws {
    guard !(options.quiet && options.json) else { throw UsageError.quietAndJSON }
    bytesPerSecond = try ByteRateOption.read(options.limitRate)
    connections = try OptionNumber.read(options.connections, "--connections", 1...Self.mostConnections)
    platform = try PlatformOption.read(options.platform)
    var tags = try options.tags.map { text in
      guard let read = TagSelection(parsing: text) else { throw SelectionError.tags(text) }
      return read
    }
    if let count = try OptionNumber.read(options.newest, "--newest", 1...Self.mostTags) { tags.append(.newest(count)) }
    self.tags = tags
  }
}
