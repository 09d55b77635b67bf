import ArgumentParser
import DrayMessages
import ImageCopy
import ImageModel
import Synchronization

/// `dray tag`
struct TagCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("tag", TagHelp.self) }

  @Argument(help: .init(OptionHelp.reference, valueName: "reference"))
  var reference: String?

  @Argument(help: .init(TagHelp.tags, valueName: "new-tag"))
  var tags: [String] = []

  @Flag(name: .customLong("dry-run"), help: .init(TagHelp.dryRun))
  var isDryRun = false

  @Flag(name: .shortAndLong, help: .init(PushHelp.quiet))
  var quiet = false

  @Flag(help: .init(OptionHelp.json))
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    let display = ProgressDisplay(context, isShown: !quiet && !json)
    do {
      let images = try await tagged(in: context, display)
      try context.output.write(json ? JSONLine.text(TagRecord(images, isDryRun: isDryRun)) : ShownPush.lines(images))
      return .success
    } catch {
      display.end()
      return context.end(with: error, asJSONAbout: json ? reference ?? "" : nil)
    }
  }

  private func tagged(in context: CommandContext, _ display: ProgressDisplay) async throws -> [PushedImage] {
    guard !(quiet && json) else { throw UsageError.quietAndJSON }
    guard let reference, !reference.isEmpty, !tags.isEmpty else { throw PushOptionError.noTag }
    let parsed = try ImageReference(parsing: reference)
    for tag in tags { _ = try parsed.with(tag: tag) }
    let settings = try await ConnectionSettings(connection, in: context)
    let image = try await settings.reference(finding: reference)
    let tagging = try ImageTagging(image, tags: tags, settings.access(for: [image.registry]))
    let done = Mutex<[PushedImage]>([])
    let (isDetailed, isJSON) = (connection.isDetailed, json)
    do {
      try await tagging.run(
        onlyAsks: isDryRun,
        warn: { display.warn($0, isJSON: isJSON, isDetailed: isDetailed) },
        tagged: { image in
          done.withLock { $0.append(image) }
          display.say(isDryRun ? PushPhrase.wouldPush(image) : .tagged(image))
        })
    } catch let error as any ClassifiedError { throw FailedImage(reference: image, error: error) }
    return done.withLock(\.self)
  }
}
