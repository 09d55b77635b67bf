import ImageTransfer
import Synchronization

/// Shows on standard error how far the reading of an archive is: on a terminal in place, and else in lines after a while.
final class VerifyProgress: Sendable {
  private struct State {
    var renderer: ProgressRenderer
    var lines: PlainProgress
    var hasEnded: Bool
  }

  private let context: CommandContext
  private let state: Mutex<State>

  /// - Parameter isShown: whether anybody wants to see it.
  init(in context: CommandContext, isShown: Bool) {
    self.context = context
    state = Mutex(
      State(
        renderer: ProgressRenderer(language: context.language), lines: PlainProgress(language: context.language),
        hasEnded: !isShown))
  }

  func show(_ progress: PullProgress) {
    state.withLock { state in
      guard !state.hasEnded else { return }
      let now = context.now()
      guard context.errorAbility == .cursor else {
        if let line = state.lines.line(progress, now: now) { context.say(line + "\n") }
        return
      }
      guard context.errors.isReady else { return }
      context.say(state.renderer.frame(progress, size: TerminalSize(of: context.errors.descriptor), now: now))
    }
  }

  /// Takes it off the screen.
  func end() {
    state.withLock { state in
      guard !state.hasEnded else { return }
      state.hasEnded = true
      if context.errorAbility == .cursor {
        context.say(state.renderer.erase(size: TerminalSize(of: context.errors.descriptor)))
      }
    }
  }
}
