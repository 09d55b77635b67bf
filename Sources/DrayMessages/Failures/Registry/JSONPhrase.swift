import ImageModel

/// What is said of a JSON file that a person or another program has written.
package enum JSONPhrase {
  /// - Parameter found: the character that has no meaning at its place; nil where the text ends too early.
  package static func fault(_ found: String?) -> Phrase {
    guard let found else {
      return Phrase("the JSON is incomplete, or not what is expected here", chinese: "JSON 内容不符合要求，或提前结束")
    }
    return Phrase("'\(found)' is not allowed in JSON here", chinese: "JSON 在此处不允许出现 “\(found)”")
  }
}

extension TextPlace: Phrased {
  package var phrase: Phrase { Phrase("line \(line), column \(column)", chinese: "第 \(line) 行第 \(column) 列") }

  /// The line alone, with a mark before it; nothing where it is not known.
  package static func line(_ number: Int?) -> Phrase {
    number.map { Phrase(", line \($0)", chinese: " 第 \($0) 行") } ?? Phrase("", chinese: "")
  }
}
