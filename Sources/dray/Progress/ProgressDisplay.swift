import BlobTransfer
import DrayMessages
import ImageCopy
import Synchronization

/// Shows on standard error how far a command is, and says things meanwhile. May be called from any thread.
final class ProgressDisplay: Sendable {
  private let context: CommandContext
  private let isShown: Bool
  /// Nil once it has ended.
  private let text: Mutex<ProgressText?>

  /// - Parameter isShown: whether anybody wants to see it.
  init(_ context: CommandContext, isShown: Bool = true) {
    self.context = context
    self.isShown = isShown
    text = Mutex(ProgressText(language: context.language, isInPlace: isShown && context.errorAbility == .cursor))
  }

  func show(_ progress: TransferProgress) {
    write { $0.next(progress, size: $1, now: $2) }
  }

  /// Shows how far layers are read.
  func show(read count: Int64, of size: Int64) {
    write { $0.next(read: count, of: size, size: $1, now: $2) }
  }

  /// Says something, with the progress out of the way.
  func say(_ phrase: some Phrased) {
    guard isShown else { return }
    let size = TerminalSize(of: context.errors.descriptor)
    text.withLock { context.say(($0?.erase(size: size) ?? "") + "\(phrase.text(context.language))\n") }
  }

  /// Says what should be known.
  ///
  /// - Parameter isJSON: a program reads what is told. Nothing is shown then but this.
  func warn(_ words: Phrase, isJSON: Bool) {
    if isJSON { context.say(PullPhrase.warning(words)) } else { say(PullPhrase.warning(words)) }
  }

  /// The same of what is sent to a registry.
  ///
  /// - Parameter isDetailed: whether details are wanted.
  func warn(_ warning: PushWarning, isJSON: Bool, isDetailed: Bool) {
    if case .access(let warning) = warning, warning.isDetail, !isDetailed { return }
    warn(warning.words, isJSON: isJSON)
  }

  /// Takes the progress off the screen, for good.
  func end() {
    let size = TerminalSize(of: context.errors.descriptor)
    text.withLock { text in
      if let last = text?.erase(size: size), !last.isEmpty { context.say(last) }
      text = nil
    }
  }

  /// A frame that the terminal cannot take now would hold the work up. The next one will show the same and more.
  private func write(_ next: (inout ProgressText, TerminalSize, Duration) -> String) {
    guard isShown, !context.errors.isTerminal || context.errors.isReady else { return }
    let size = TerminalSize(of: context.errors.descriptor)
    text.withLock { text in
      guard var drawn = text else { return }
      let line = next(&drawn, size, context.now())
      text = drawn
      if !line.isEmpty { context.say(line) }
    }
  }
}
