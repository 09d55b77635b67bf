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
  func warn(_ words: Phrase) { say(PullPhrase.warning(words)) }

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
