/// The order of tags as people read versions: `1.9` before `1.10`, `2.0-rc1` before `2.0`. Words come before versions.
public enum TagOrder {
  /// Whether one tag comes before another. Tags that read alike (`1.0` and `1.00`) are ordered by their bytes.
  public static func precedes(_ left: String, _ right: String) -> Bool {
    let (first, second) = (Version(left), Version(right))
    if first.isVersion != second.isVersion { return second.isVersion }
    for index in 0..<max(first.parts.count, second.parts.count) {
      let (one, other) = (first.part(index), second.part(index))
      if one != other { return one < other }
    }
    return left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  /// Whether a tag reads as a version and not as a word: `1.2`, `v1.2`.
  static func isVersion(_ tag: String) -> Bool { Version(tag).isVersion }

  private struct Version {
    let isVersion: Bool
    let parts: [Part]

    init(_ tag: String) {
      let hasPrefix = tag.hasPrefix("v") && tag.dropFirst().utf8.first.map(\.isDigit) == true
      let text = hasPrefix ? tag.dropFirst() : tag[...]
      isVersion = text.utf8.first.map(\.isDigit) ?? false
      var parts: [Part] = []
      var rest = text.utf8
      while let byte = rest.first {
        let run = byte.isDigit ? rest.prefix(while: \.isDigit) : rest.prefix { !$0.isDigit }
        rest = rest.dropFirst(run.count)
        parts.append(byte.isDigit ? Part(number: run) : Part(text: String(decoding: run, as: UTF8.self)))
      }
      self.parts = parts
    }

    func part(_ index: Int) -> Part { index < parts.count ? parts[index] : .end }
  }

  /// What stands at one place of a version, in their order: `-rc` before the end, the end before `.1`.
  private enum Part: Comparable {
    /// Before the release itself.
    case early(String)
    case end
    case text(String)
    /// By the number of its digits and by them, without zeros before: no number is too large.
    case number(digits: Int, String)

    init(number run: Substring.UTF8View) {
      let digits = String(decoding: run.drop { $0 == UInt8(ascii: "0") }, as: UTF8.self)
      self = .number(digits: digits.utf8.count, digits)
    }

    init(text: String) {
      let word = text.lowercased().drop { "-._+".contains($0) }.prefix { !"-._+".contains($0) }
      self = Part.earlyWords.contains(String(word)) ? .early(text) : .text(text)
    }

    private static let earlyWords: Set<String> = [
      "alpha", "beta", "rc", "pre", "preview", "dev", "snapshot", "nightly", "a", "b", "canary", "unstable",
    ]
  }
}
