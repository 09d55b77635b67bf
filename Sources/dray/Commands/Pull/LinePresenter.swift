import ImageTransfer

/// Tells a person about a pull in lines one after another.
struct LinePresenter: PullPresenter {
  private let words: PullWords
  private var progress: PlainProgress

  init(_ words: PullWords) {
    self.words = words
    progress = PlainProgress(language: words.language)
  }

  mutating func event(_ event: PullEvent, at now: Duration, size: TerminalSize) -> Presentation {
    switch event {
    case .started(let started): Presentation(errors: words.started(started))
    case .blobFinished(let blob): Presentation(errors: words.blobFinished(blob))
    case .warning(let warning): Presentation(errors: words.warning(warning))
    case .progress(let progress):
      Presentation(
        errors: words.isQuiet ? "" : self.progress.line(progress, now: now).map { "\($0)\n" } ?? "")
    }
  }

  mutating func previewed(_ preview: PullPreview) -> Presentation { words.previewed(preview) }

  mutating func remark(_ lines: String, size: TerminalSize) -> Presentation { Presentation(errors: lines) }

  mutating func finished(_ result: PullResult, size: TerminalSize) -> Presentation { words.finished(result) }

  mutating func failed(_ failure: PullFailure, size: TerminalSize) -> Presentation {
    Presentation(errors: words.failed(failure))
  }
}
