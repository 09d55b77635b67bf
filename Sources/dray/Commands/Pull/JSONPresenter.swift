import DrayMessages
import ImageCopy
import ImageModel

/// Tells a program about a pull: one JSON object a line (docs/json.md).
struct JSONPresenter: PullPresenter {
  private let image: String
  private let language: Language
  /// Where the archive goes to standard output, the objects go to standard error.
  private let usesErrors: Bool

  /// - Parameter image: the image as the command line names it.
  init(image: String, language: Language, usesErrors: Bool) {
    self.image = image
    self.language = language
    self.usesErrors = usesErrors
  }

  mutating func event(_ event: PullEvent, at now: Duration, size: TerminalSize) -> Presentation {
    switch event {
    case .started(let started): line(StartedRecord(image: image, started))
    case .blobFinished(let blob): line(BlobRecord(image: image, blob))
    case .progress(let progress): line(ProgressRecord(image: image, progress))
    case .warning(let warning): line(WarningRecord(image: image, warning, language))
    }
  }

  mutating func previewed(_ preview: PullPreview) -> Presentation {
    line(PreviewRecord(image: image, preview, language))
  }

  mutating func remark(_ lines: String, size: TerminalSize) -> Presentation { Presentation(errors: lines) }

  mutating func finished(_ result: PullResult, size: TerminalSize) -> Presentation {
    line(FinishedRecord(image: image, result, language))
  }

  mutating func failed(_ failure: PullFailure, size: TerminalSize) -> Presentation {
    switch failure {
    case .error(let report): line(FailedRecord(image, report, language))
    case .interrupted(let signal, let isResumable):
      line(
        FailedRecord(image, signal, message: (isResumable ? PullPhrase.resumable : .interrupted).text(language)))
    }
  }

  private func line(_ record: some Encodable) -> Presentation {
    let text = JSONLine.text(record)
    return usesErrors ? Presentation(errors: text) : Presentation(output: text)
  }
}
