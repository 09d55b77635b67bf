import DrayMessages
import ImageModel
import ImageTransfer
import Synchronization

/// Shows on standard error how far a copy of blobs is: in place on a terminal, else in lines.
final class CopyReporter: Sendable {
  private struct State {
    var renderer: ProgressRenderer
    var lines: PlainProgress
  }

  private let context: CommandContext
  private let isQuiet: Bool
  private let state: Mutex<State>

  init(_ context: CommandContext, isQuiet: Bool) {
    self.context = context
    self.isQuiet = isQuiet
    state = Mutex(
      State(renderer: ProgressRenderer(language: context.language), lines: PlainProgress(language: context.language)))
  }

  private var drawsInPlace: Bool { context.errorAbility == .cursor }

  func progress(_ progress: PullProgress) {
    guard !isQuiet, !context.errors.isTerminal || context.errors.isReady else { return }
    let size = TerminalSize(of: context.errors.descriptor)
    state.withLock { state in
      if drawsInPlace {
        context.say(state.renderer.frame(progress, size: size, now: context.now()))
      } else if let line = state.lines.line(progress, now: context.now()) {
        context.say("\(line)\n")
      }
    }
  }

  /// Says something, with the progress out of the way.
  func say(_ phrase: some Phrased) {
    let size = TerminalSize(of: context.errors.descriptor)
    state.withLock { state in
      let erased = drawsInPlace && !isQuiet ? state.renderer.erase(size: size) : ""
      context.say(erased + (isQuiet ? "" : "\(phrase.text(context.language))\n"))
    }
  }

  /// Says what should be known, as long as anything is said.
  func warn(_ words: Phrase) { say(PullPhrase.warning(words)) }

  /// Says why there is no result: in words, and for programs as an object.
  ///
  /// - Parameter subject: what the command line names.
  func end(with error: any Error, about subject: String, isJSON: Bool) -> ExitCode {
    erase()
    return context.end(with: error, asJSONAbout: isJSON ? subject : nil)
  }

  /// Takes the progress off the screen.
  private func erase() {
    guard drawsInPlace, !isQuiet else { return }
    let size = TerminalSize(of: context.errors.descriptor)
    state.withLock { context.say($0.renderer.erase(size: size)) }
  }
}
