import DrayMessages
import FileAccess
import ImageCopy
import ImageModel
import Synchronization

/// Shows one pull: takes its events from whatever thread they come, and writes what a presenter makes of them.
final class PullReporter: Sendable {
  private struct State {
    var presenter: any PullPresenter
    var hasStarted = false
    var outputFailure: StreamError?
  }

  private let state: Mutex<State>
  private let context: CommandContext
  private let outputFailed: @Sendable () -> Void

  /// - Parameter outputFailed: called when standard output can no longer be written.
  init(_ presenter: any PullPresenter, context: CommandContext, outputFailed: @escaping @Sendable () -> Void) {
    state = Mutex(State(presenter: presenter))
    self.context = context
    self.outputFailed = outputFailed
  }

  /// Whether the image is resolved, so that there is something to go on from.
  var hasStarted: Bool { state.withLock(\.hasStarted) }

  func observe(_ event: PullEvent) {
    var isFrame = false
    if case .progress = event { isFrame = true }
    // A frame that the terminal cannot take now would hold up the pull. The next one will show the same and more.
    if isFrame, context.errors.isTerminal, !context.errors.isReady { return }
    if case .started = event { ProgramPages.letGo() }
    let failure = state.withLock { state in
      if case .started = event { state.hasStarted = true }
      return show(&state) { $0.event(event, at: context.now(), size: $1) }
    }
    if failure != nil { outputFailed() }
  }

  /// Shows lines that are not about the pull itself.
  func remark(_ lines: String) {
    _ = state.withLock { state in
      show(&state) { $0.remark(lines, size: $1) }
    }
  }

  /// - Throws: ``StreamError`` where standard output cannot be written, now or earlier.
  func finished(_ result: PullResult) throws(StreamError) {
    try end { $0.finished(result, size: $1) }
  }

  /// - Throws: ``StreamError`` where standard output cannot be written, now or earlier.
  func previewed(_ preview: PullPreview) throws(StreamError) {
    try end { presenter, _ in presenter.previewed(preview) }
  }

  /// - Throws: ``StreamError`` where standard output cannot be written, now or earlier.
  func failed(_ failure: PullFailure) throws(StreamError) {
    try end { $0.failed(failure, size: $1) }
  }

  private func end(
    _ present: (inout any PullPresenter, TerminalSize) -> Presentation
  ) throws(StreamError) {
    let failure = state.withLock { state in state.outputFailure ?? show(&state, present) }
    if let failure { throw failure }
  }

  /// Writes what a presenter makes; the lock is held meanwhile, so that nothing gets between.
  ///
  /// - Returns: why standard output cannot be written. Where standard error cannot, nobody listens.
  private func show(
    _ state: inout State, _ present: (inout any PullPresenter, TerminalSize) -> Presentation
  ) -> StreamError? {
    let presentation = present(&state.presenter, TerminalSize(of: context.errors.descriptor))
    if !presentation.errors.isEmpty { try? context.errors.write(presentation.errors) }
    guard !presentation.output.isEmpty, state.outputFailure == nil else { return nil }
    do {
      try context.output.write(presentation.output)
    } catch {
      state.outputFailure = error
    }
    return state.outputFailure
  }
}
