import DrayMessages
import ImageCopy

/// Tells a person about a pull: lines that stay, and the progress.
struct TextPresenter: PullPresenter {
  private let words: PullWords
  private var progress: ProgressText

  /// - Parameter isInPlace: whether the progress is redrawn below the lines.
  init(_ words: PullWords, isInPlace: Bool) {
    self.words = words
    progress = ProgressText(language: words.language, isInPlace: isInPlace)
  }

  mutating func event(_ event: PullEvent, at now: Duration, size: TerminalSize) -> Presentation {
    switch event {
    case .started(let started): staying(words.started(started), size)
    case .blobFinished(let blob): staying(words.blobFinished(blob), size)
    case .warning(let warning): staying(words.warning(warning), size)
    case .progress(let progress):
      Presentation(errors: words.isQuiet ? "" : self.progress.next(progress, size: size, now: now))
    }
  }

  mutating func previewed(_ preview: PullPreview) -> Presentation { words.previewed(preview) }

  mutating func remark(_ lines: String, size: TerminalSize) -> Presentation { staying(lines, size) }

  mutating func finished(_ result: PullResult, size: TerminalSize) -> Presentation {
    var presentation = words.finished(result)
    presentation.errors = progress.erase(size: size) + presentation.errors
    return presentation
  }

  mutating func failed(_ failure: PullFailure, size: TerminalSize) -> Presentation {
    staying(words.failed(failure), size)
  }

  /// Lines that stay take the place of the progress, which the next frame draws below them.
  private mutating func staying(_ lines: String, _ size: TerminalSize) -> Presentation {
    lines.isEmpty ? Presentation() : Presentation(errors: progress.erase(size: size) + lines)
  }
}
