import DrayMessages
import ImageCopy
import ImageModel

/// What is to be written, and where.
struct Presentation: Sendable, Hashable {
  var output = ""
  var errors = ""
}

/// How a pull ended without its file.
enum PullFailure: Sendable {
  case error(FailureReport)
  /// - Parameter isResumable: whether something is left to go on from.
  case interrupted(TerminationSignal, isResumable: Bool)
}

/// Turns what happens during one pull into text, for a person or for a program.
protocol PullPresenter: Sendable {
  mutating func event(_ event: PullEvent, at now: Duration, size: TerminalSize) -> Presentation
  mutating func previewed(_ preview: PullPreview) -> Presentation
  /// Lines that are not about the pull itself, such as those of a log.
  mutating func remark(_ lines: String, size: TerminalSize) -> Presentation
  mutating func finished(_ result: PullResult, size: TerminalSize) -> Presentation
  mutating func failed(_ failure: PullFailure, size: TerminalSize) -> Presentation
}
