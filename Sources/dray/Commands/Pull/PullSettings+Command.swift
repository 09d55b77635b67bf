import DrayMessages
import ImageCopy
import ImageModel
import RegistryClient

extension PullSettings {
  private static let mostConnections = 256

  /// Reads and checks the options.
  ///
  /// - Throws: ``UsageError``; `CancellationError` from the question for a password.
  init(_ options: PullCommand, in context: CommandContext) async throws {
    self.init(ConnectionSettings(in: context))
    let rate = try ByteRateOption.read(options.limitRate)
    let number = try OptionNumber.read(options.connections, "--connections", 1...Self.mostConnections)
    try readOutput(options, context)
    try readSelection(options)
    names = try Self.names(of: options)
    try template.read(options.form)
    if !template.form.hasLayout {
      guard case .one = platforms, !bringsReferrers else { throw SelectionError.withoutIndex }
    }
    guard options.delta.bases.isEmpty || template.form.hasLayout else { throw BaseOptionError.dockerForm }
    try options.delta.check(readsPassword: options.connection.readsPassword)
    if !options.delta.bases.isEmpty { try template.checkDelta() }
    if template.output == .standardOutput { try template.checkStream() }
    try readReuse(options)
    isDryRun = options.isDryRun
    template.restarts = options.restart
    template.waits = !options.doesNotWait
    connection = try await ConnectionSettings(options.connection, in: context)
    connection.access.fetchesForeignLayers = options.fetchesForeignLayers
    if let number { connection.access.network.connectionsPerHost = number }
    connection.access.network.bytesPerSecond = rate
    template.bases = try await options.delta.sources(connection, output: template.output, in: context)
  }

  private mutating func readOutput(_ options: PullCommand, _ context: CommandContext) throws(UsageError) {
    guard !options.references.isEmpty || !options.selection.lists.isEmpty else { throw .noReference }
    guard !(options.quiet && options.json) else { throw .quietAndJSON }
    format =
      options.json
      ? .json
      : .text(
        detail: options.quiet ? .quiet : options.connection.isDetailed ? .verbose : .normal)
    if let layout = options.form.layout {
      guard options.output == nil else { throw .outputAndLayout }
      template.output = .layout(layout)
    }
    guard let path = options.output else { return }
    guard !path.isEmpty else { throw .emptyOutput }
    template.output = PullRequest.Output(argument: path)
    if template.output == .standardOutput {
      guard options.isDryRun || !context.output.isTerminal else { throw .archiveToTerminal }
    }
  }

  private mutating func readSelection(_ options: PullCommand) throws {
    let selection = options.selection
    platforms = try PlatformOption.read(options.platforms, all: selection.allPlatforms)
    lists = selection.lists
    for text in selection.tags {
      guard let read = TagSelection(parsing: text) else { throw SelectionError.tags(text) }
      tags.append(read)
    }
    isConfirmed = selection.yes
    template.keepsGoing = selection.keepsGoing
    bringsReferrers = selection.bringsReferrers
    lock = selection.lock
    guard lock != "" else { throw SelectionError.emptyLock }
    let inputs = lists.count { $0 == "-" } + (options.connection.readsPassword ? 1 : 0)
    guard inputs <= 1 else { throw SelectionError.standardInputTwice }
  }

  private mutating func readReuse(_ options: PullCommand) throws(UsageError) {
    guard options.reusedPaths.isEmpty || !options.reusesNothing else { throw .reuseAndNoReuse }
    guard !options.reusedPaths.contains("") else { throw .emptyReuse }
    template.reusedPaths = options.reusedPaths
    template.reusesSiblings = !options.reusesNothing
  }

  private static func names(of options: PullCommand) throws -> LoadedNames? {
    let names = try options.names.names()
    guard case .one = names else { return names }
    let isOne = options.references.count == 1 && options.selection.lists.isEmpty
    guard isOne, options.selection.tags.isEmpty, !NamePattern.isPattern(options.references[0]) else {
      throw UsageError.oneNameForSeveral
    }
    return names
  }
}
