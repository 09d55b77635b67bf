import FoundationEssentials
import ImageModel
import ImageTransfer

/// Tells a program about a pull: one JSON object a line (docs/json.md).
struct JSONPresenter: PullPresenter {
  private let image: String
  private let language: Language
  /// Where the archive goes to standard output, the objects go to standard error.
  private let usesErrors: Bool
  private let encoder: JSONEncoder

  /// - Parameter image: the image as the command line names it.
  init(image: String, language: Language, usesErrors: Bool) {
    self.image = image
    self.language = language
    self.usesErrors = usesErrors
    encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
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
    line(PreviewRecord(image: image, preview))
  }

  mutating func finished(_ result: PullResult, size: TerminalSize) -> Presentation {
    line(FinishedRecord(image: image, result))
  }

  mutating func failed(_ failure: PullFailure, size: TerminalSize) -> Presentation {
    line(FailedRecord(image: image, failure, language))
  }

  private func line(_ record: some Encodable) -> Presentation {
    // Records are made of texts and whole numbers; there is nothing in them that cannot be encoded.
    guard let data = try? encoder.encode(record) else { return Presentation() }
    let text = Self.escaped(String(decoding: data, as: UTF8.self)) + "\n"
    return usesErrors ? Presentation(errors: text) : Presentation(output: text)
  }

  /// JSON allows characters that a terminal acts on. They occur within strings only, where an escape means the same.
  private static func escaped(_ json: String) -> String {
    guard json.unicodeScalars.contains(where: TerminalText.isUnsafe) else { return json }
    return json.unicodeScalars.map { scalar in
      guard TerminalText.isUnsafe(scalar) else { return String(scalar) }
      let digits = String(scalar.value, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }.joined()
  }
}
