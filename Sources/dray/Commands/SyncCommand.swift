import ArgumentParser
import DrayMessages
import ImageCopy
import ImageModel

/// `dray sync`
struct SyncCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("sync", SyncHelp.self) }

  @Argument(help: .init(SyncHelp.list, valueName: "list"))
  var list: String?

  @Argument(help: .init(SyncHelp.target, valueName: "target"))
  var target: String?

  @OptionGroup var options: SyncOptions

  @OptionGroup var source: SourceOptions

  @OptionGroup var connection: ConnectionOptions

  /// Images whose names are asked about at the same time.
  private static let checks = 32

  func run(in context: CommandContext) async -> ExitCode {
    let shown = ShownSync(
      context, isQuiet: options.quiet, isJSON: options.json, isDetailed: connection.isDetailed,
      printsNames: options.renaming.rewrite == nil)
    do { return try await sync(in: context, shown) } catch { return shown.end(with: error, about: list ?? "") }
  }

  private func sync(in context: CommandContext, _ shown: ShownSync) async throws -> ExitCode {
    guard let path = list, !path.isEmpty else { throw SyncOptionError.noList }
    guard target != "" else { throw SyncOptionError.noTarget }
    let limits = try SyncLimits(options)
    let place = try target.map { try SyncSelection.Place($0) }
    let naming = try options.names.naming()
    let renaming = try Renaming(options.renaming, isJSON: options.json, in: context)
    try source.check(connection)
    guard path != "-" || !connection.readsPassword && !source.readsPassword else {
      throw SelectionError.standardInputTwice
    }
    guard !options.prunes || options.yes || options.isDryRun || context.isInteractive && !options.json && path != "-"
    else { throw SyncOptionError.pruneUnconfirmed }
    let shard = try options.shard.map { try Shard(parsing: $0, environment: context.environment) }
    var lock = try options.lock.map { try SyncLock($0) }
    var settings = try await ConnectionSettings(connection, in: context)
    settings.access.network.connectionsPerHost = limits.connections ?? Self.checks
    settings.access.network.bytesPerSecond = limits.bytesPerSecond
    var pull = PullSettings(settings)
    pull.tags = limits.tags
    pull.platforms = .one(limits.platform)
    let list = try await SyncSelection(path, to: place, naming: naming, pull, in: context)
    for key in list.passedOver { shown.passedOver(key, in: path) }
    let access = try await source.access(to: list.sources, targets: list.targets, settings, in: context)
      .following(list.registries, of: path, for: list.sources)
    let targetAccess = settings.access(for: Array(list.targets))
      .following(list.registries, of: path, for: list.targets)
    // Of the list nothing is needed any more: long ones are not kept twice.
    var entries = try await entries(of: consume list, access, limits, shown, in: context)
    if let shard { entries = entries.filter { shard.takes($0.target) } }
    if let lock { entries = entries.map { lock.pinned($0) } }
    var request = SyncRequest(entries)
    request.makesProjects = options.makesProjects
    request.writesReferrerTags = !options.leavesReferrerTagsOut
    request.bringsReferrers = options.referrers
    request.keepsTags = options.keepsTags
    request.stopsAtFailure = options.stopsAtFailure
    request.onlyPlans = options.isDryRun
    request.checks = limits.connections ?? Self.checks
    if let connections = limits.connections { request.transfers = connections }
    shown.begin(request.entries.count)
    let result = try await ImageSync(request, targetAccess, from: access).run { shown.observe($0) }
    if !options.isDryRun { try lock?.write(result.images) }
    try renaming.tell(result.images.compactMap { RenamedImage($0) }, in: context)
    var unpruned = 0
    if options.prunes {
      let prune = SyncPrune(
        context: context, shown: shown, pruning: TagPruning(result, targetAccess), isConfirmed: options.yes,
        isDryRun: options.isDryRun)
      unpruned = try await prune.run(isListWhole: shown.isListWhole)
    }
    return try shown.finish(result, isDryRun: options.isDryRun, unpruned: unpruned)
  }

  private func entries(
    of list: consuming SyncSelection, _ access: RegistryAccess, _ limits: SyncLimits, _ shown: ShownSync,
    in context: CommandContext
  ) async throws -> [SyncRequest.Entry] {
    let puller = try context.makePuller(access, Array(list.sources))
    do {
      let entries = try await list.entries(
        puller, tags: limits.tags, observe: { shown.observe(.warning(.access($0))) },
        failed: { shown.failed($0, $1) })
      try? await puller.close()
      return entries
    } catch {
      try? await puller.close()
      throw error
    }
  }
}

extension RenamedImage {
  /// An image that is at the target, or would be; nil for others.
  init?(_ image: SyncedImage) {
    guard let digest = image.digest else { return nil }
    switch image.outcome {
    case .copied, .unchanged, .planned: break
    case .kept, .failed, .notTried: return nil
    }
    self.init(former: image.entry.source.qualifiedName, reference: image.entry.target, digest: digest)
  }
}
