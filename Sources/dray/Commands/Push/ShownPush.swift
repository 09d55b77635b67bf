import DrayMessages
import FileAccess
import ImageCopy
import ImageModel

/// A push or a copy, shown while it runs and when it has ended.
final class ShownPush: Sendable {
  private let context: CommandContext
  private let words: Words
  private let isJSON: Bool
  private let isDetailed: Bool
  private let display: ProgressDisplay

  /// - Parameter isDetailed: whether a person wants to read details, too.
  init(_ context: CommandContext, _ words: Words, isQuiet: Bool, isJSON: Bool, isDetailed: Bool) {
    self.context = context
    self.words = words
    self.isJSON = isJSON
    self.isDetailed = isDetailed
    display = ProgressDisplay(context, isShown: !isQuiet && !isJSON)
  }

  func observe(_ event: PushEvent) {
    switch event {
    case .madeProject(let project, let registry): display.say(SyncPhrase.madeProject(project, registry: registry))
    case .started(let plan) where plan.isDone: break
    case .started(let plan):
      ProgramPages.letGo()
      display.say(words.started(plan))
    case .progress(let progress): display.show(progress)
    case .awaitsRegistry(let blobs): display.say(PushPhrase.awaitsRegistry(blobs: blobs))
    case .mounted(let digest, let repository): display.say(PushPhrase.mounted(digest, from: repository))
    case .pushed(let image): display.say(words.done(image))
    case .warning(let warning): display.warn(warning, isJSON: isJSON, isDetailed: isDetailed)
    }
  }

  /// Tells what was done, the names on standard output.
  func finish(_ result: PushResult, printsNames: Bool = true) throws {
    display.say(words.ended(result))
    guard printsNames else { return }
    try context.output.write(isJSON ? JSONLine.text(words.record(of: result)) : Self.lines(result.images))
  }

  /// Tells what would be done.
  func finish(_ plan: PushPlan) throws {
    guard !isJSON else { return try context.output.write(JSONLine.text(PushPreviewRecord(plan))) }
    let phrases = words.preview(plan)
    try context.output.write(phrases.map { "\($0.text(context.language))\n" }.joined())
  }

  func end(with error: any Error, about subject: String) -> ExitCode {
    display.end()
    return context.end(with: error, asJSONAbout: isJSON ? subject : nil)
  }

  /// By what each can be pulled, and as what it was proven.
  static func lines(_ images: [PushedImage]) -> String {
    images.map { "\(TerminalText.escapedWhole("\($0.reference.with(digest: $0.digest))"))\n" }.joined()
  }
}
