import DrayMessages
import ImageCopy
import ImageLists
import ImageModel
import Synchronization

/// A synchronization, shown while it runs and when it has ended.
final class ShownSync: Sendable {
  let context: CommandContext
  let isJSON: Bool
  private let isDetailed: Bool
  /// Whether standard output is for what is told here.
  private let printsNames: Bool
  let display: ProgressDisplay
  private let state = Mutex(State())

  private struct State {
    /// Why nothing more can be written.
    var broken: StreamError?
    /// Names that could not be asked about, as they stand in the list.
    var failedPatterns: [(text: String, error: any ClassifiedError)] = []
    var images = 0
  }

  /// - Parameters:
  ///   - isDetailed: whether a person wants to read details, too.
  ///   - printsNames: false where standard output is for something else.
  init(_ context: CommandContext, isQuiet: Bool, isJSON: Bool, isDetailed: Bool, printsNames: Bool) {
    self.context = context
    self.isJSON = isJSON
    self.isDetailed = isDetailed
    self.printsNames = printsNames
    display = ProgressDisplay(context, isShown: !isQuiet && !isJSON)
  }

  func begin(_ images: Int) {
    state.withLock { $0.images = images }
    display.say(SyncPhrase.checking(images: images))
  }

  /// Something in the file of another tool that makes no difference here.
  func passedOver(_ key: SyncList.PassedOverKey, in path: String) {
    warn(SyncPhrase.passedOver(key.key, path: path, line: key.line).phrase)
  }

  func observe(_ event: SyncEvent) {
    switch event {
    case .checked(let counts):
      let settled = counts.unchanged + counts.kept + counts.failed
      display.say(SyncPhrase.checked(counts, toCopy: state.withLock(\.images) - settled))
    case .madeProject(let project, let registry): display.say(SyncPhrase.madeProject(project, registry: registry))
    case .image(let image): show(image)
    case .progress(let progress): display.show(progress)
    case .warning(let warning): display.warn(warning, isJSON: isJSON, isDetailed: isDetailed)
    }
  }

  /// Whether it is known what all names of the list stand for.
  var isListWhole: Bool { state.withLock(\.failedPatterns.isEmpty) }

  /// A name of the list that stands for no image, or about which nobody can be asked.
  func failed(_ pattern: String, _ error: any ClassifiedError) {
    state.withLock { $0.failedPatterns.append((pattern, error)) }
    if isJSON { write(JSONLine.text(FailedRecord(pattern, FailureReport(error), context.language))) }
  }

  private func show(_ image: SyncedImage) {
    switch image.outcome {
    case .copied: display.say(SyncPhrase.copied(image))
    case .kept(let existing): display.say(SyncPhrase.kept(image.entry.target, existing: existing))
    case .failed(let error):
      display.say(SyncPhrase.failed(image.entry.target, FailureReport(error).summary))
    case .unchanged, .planned, .notTried: break
    }
    guard !isJSON else { return write(JSONLine.text(SyncImageRecord(image, context.language))) }
    switch image.outcome {
    case .copied, .unchanged: write(line(image))
    case .planned(let cost): write("\(SyncPhrase.wouldCopy(image, cost).text(context.language))\n")
    case .kept, .failed, .notTried: break
    }
  }

  private func line(_ image: SyncedImage) -> String {
    let reference = image.digest.map { image.entry.target.with(digest: $0) } ?? image.entry.target
    return "\(TerminalText.escapedWhole("\(reference)"))\n"
  }

  func write(_ text: String) {
    guard printsNames else { return }
    state.withLock { state in
      guard state.broken == nil else { return }
      do { try context.output.write(text) } catch { state.broken = error as? StreamError ?? .closed }
    }
  }

  /// Tells what became of all.
  ///
  /// - Parameter unpruned: tags that should have been deleted, and were not.
  /// - Throws: ``StreamError`` where standard output could not be written.
  func finish(_ result: SyncResult, isDryRun: Bool, unpruned: Int = 0) throws -> ExitCode {
    let (broken, patterns) = state.withLock { ($0.broken, $0.failedPatterns) }
    if let broken { throw broken }
    if isJSON { try context.output.write(JSONLine.text(SyncRecord(result, failedPatterns: patterns.count))) }
    display.say(isDryRun ? SyncPhrase.planned(result, Self.cost(of: result)) : .done(result))
    let rows =
      patterns.map { SyncTable.Row(pattern: $0.text, $0.error) } + result.images.compactMap { SyncTable.Row($0) }
    if !rows.isEmpty {
      display.say(SyncPhrase.table(images: rows.count))
      for line in SyncTable(rows: rows, language: context.language).lines { display.say(line) }
    }
    let code = code(result, patterns.map(\.error))
    return code == .success && unpruned > 0 ? .incomplete : code
  }

  private static func cost(of result: SyncResult) -> SyncCost {
    result.images.reduce(into: SyncCost()) { sum, image in
      guard case .planned(let cost) = image.outcome else { return }
      sum.bytesToSend += cost.bytesToSend
      sum.blobsToSend += cost.blobsToSend
      sum.blobsToMount += cost.blobsToMount
    }
  }

  /// 1 where only some failed; where nothing came of it, or the first failure ended it, what that one means.
  private func code(_ result: SyncResult, _ patterns: [any ClassifiedError]) -> ExitCode {
    let counts = result.counts
    let failures =
      patterns
      + result.images.compactMap { image -> (any ClassifiedError)? in
        if case .failed(let error) = image.outcome { error } else { nil }
      }
    guard let first = failures.first else { return .success }
    let isAll = counts.copied + counts.unchanged + counts.kept + counts.planned == 0
    return isAll || counts.notTried > 0 ? .failure(first.failureClass) : .incomplete
  }

  func end(with error: any Error, about subject: String) -> ExitCode {
    display.end()
    return context.end(with: error, asJSONAbout: isJSON ? subject : nil)
  }
}
