/// Hints that are also for people who ask a server, and have no command line.
extension Phrase {
  private static let operatorWords = Phrase("the operator of this server can ", chinese: "此服务的管理员可以")

  /// What somebody else than the reader can do.
  ///
  /// - Parameter phrase: begins with a verb.
  package static func forOperator(_ phrase: Phrase) -> Phrase {
    Phrase(
      "\(whole: operatorWords.english.text)\(whole: phrase.english.text)",
      chinese: "\(whole: operatorWords.chinese.text)\(whole: phrase.chinese.text)")
  }

  /// Whether it is of use to a visitor: options of dray are the operator's to give.
  package var isForVisitor: Bool {
    let text = english.text
    return text.hasPrefix(Self.operatorWords.english.text) || !(text.contains("--") || text.contains("dray "))
  }
}
