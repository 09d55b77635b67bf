/// One message in every language. Both stand side by side where the message is written, so none can lack.
struct Phrase: Sendable, Hashable {
  let english: MessageText
  let chinese: MessageText

  init(_ english: MessageText, chinese: MessageText) {
    self.english = english
    self.chinese = chinese
  }

  func text(_ language: Language) -> String {
    switch language {
    case .english: english.text
    case .simplifiedChinese: chinese.text
    }
  }
}

/// Something that can be said to a person.
protocol Phrased {
  var phrase: Phrase { get }
}

extension Phrased {
  func text(_ language: Language) -> String { phrase.text(language) }
}
