import DrayMessages
import ImageCopy
import ImageModel

/// What is not at the target as the list wants it: an image a line, and why.
struct SyncTable {
  struct Row {
    let label: SyncPhrase
    let name: String
    let words: Phrase?

    /// Nil for an image that is as it should be.
    init?(_ image: SyncedImage) {
      switch image.outcome {
      case .copied, .unchanged, .planned: return nil
      case .kept(let digest): (label, words) = (.keptLabel, SyncPhrase.existing(digest).phrase)
      case .failed(let error): (label, words) = (.failedLabel, Self.words(error))
      case .notTried: (label, words) = (.notTriedLabel, nil)
      }
      name = TerminalText.escaped("\(image.entry.target)")
    }

    init(pattern: String, _ error: any ClassifiedError) {
      (label, name, words) = (.failedLabel, TerminalText.escaped(pattern), Self.words(error))
    }

    /// What happened, and what to do about it.
    private static func words(_ error: any ClassifiedError) -> Phrase {
      let report = FailureReport(error)
      guard let hint = report.hint else { return report.summary }
      return Phrase(
        "\(report.summary.english) (\(hint.english))", chinese: "\(report.summary.chinese)（\(hint.chinese)）")
    }
  }

  let rows: [Row]
  let language: Language

  var lines: [TableLine] {
    let labels = rows.map { $0.label.text(language) }
    let (first, second) = (
      labels.map { DisplayWidth.of($0) }.max() ?? 0, rows.map { DisplayWidth.of($0.name) }.max() ?? 0
    )
    return zip(rows, labels).map { row, label in
      let words = row.words?.text(language) ?? ""
      let name = words.isEmpty ? row.name : DisplayWidth.padded(row.name, to: second)
      return TableLine(text: "  \(DisplayWidth.padded(label, to: first))  \(name)\(words.isEmpty ? "" : "  ")\(words)")
    }
  }
}

/// A line of a table, whose words have been put together.
struct TableLine: Phrased {
  let text: String

  var phrase: Phrase { Phrase("\(whole: text)", chinese: "\(whole: text)") }
}
