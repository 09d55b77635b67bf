/// One message in every language. Both stand side by side where the message is written, so none can lack.
package struct Phrase: Sendable, Hashable {
  package let english: MessageText
  package let chinese: MessageText

  package init(_ english: MessageText, chinese: MessageText) {
    self.english = english
    self.chinese = chinese
  }

  package func text(_ language: Language) -> String {
    switch language {
    case .english: english.text
    case .simplifiedChinese: chinese.text
    }
  }
}

/// Something that can be said to a person.
package protocol Phrased {
  var phrase: Phrase { get }
}

extension Phrased {
  package func text(_ language: Language) -> String { phrase.text(language) }
}
