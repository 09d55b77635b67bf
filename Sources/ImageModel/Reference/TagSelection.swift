/// Which tags of a repository are meant: those that fit a pattern (`1.*`), those in a range of versions (`>=1.2 <2`), or
/// the newest ones (`newest:3`).
public enum TagSelection: Sendable, Hashable {
  case pattern(NamePattern)
  /// All comparisons hold.
  case versions([Comparison])
  /// That many from the end of the order of versions. Words such as `latest` count only where there are no versions.
  case newest(Int)

  /// A comparison by the order of ``TagOrder``.
  public struct Comparison: Sendable, Hashable {
    /// How a version is compared with a bound.
    public enum Operator: String, Sendable, Hashable, CaseIterable {
      // Longer ones first, as they are looked for.
      case atLeast = ">="
      case atMost = "<="
      case above = ">"
      case below = "<"
      case equal = "="
    }

    public let comparison: Operator
    public let version: String

    func holds(for tag: String) -> Bool {
      switch comparison {
      case .atLeast: !TagOrder.precedes(tag, version)
      case .atMost: !TagOrder.precedes(version, tag)
      case .above: TagOrder.precedes(version, tag)
      case .below: TagOrder.precedes(tag, version)
      case .equal: tag == version
      }
    }
  }

  /// Reads what one types; nil for what is none of these.
  public init?(parsing text: String) {
    if text.hasPrefix("newest:") {
      guard let count = Int(text.dropFirst("newest:".count)), count > 0 else { return nil }
      self = .newest(count)
      return
    }
    guard let first = text.first else { return nil }
    guard "<>=".contains(first) else {
      let isTag = text.utf8.allSatisfy { byte in
        byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?")
          || ReferenceGrammar.isTag("a" + String(decoding: [byte], as: UTF8.self))
      }
      guard isTag else { return nil }
      self = .pattern(NamePattern(text))
      return
    }
    var comparisons: [Comparison] = []
    var rest = text.drop { $0 == " " || $0 == "," }
    while !rest.isEmpty {
      guard let comparison = Comparison.Operator.allCases.first(where: { rest.hasPrefix($0.rawValue) }) else {
        return nil
      }
      rest = rest.dropFirst(comparison.rawValue.count).drop { $0 == " " }
      let version = rest.prefix { $0 != " " && $0 != "," && !"<>=".contains($0) }
      guard ReferenceGrammar.isTag(String(version)), TagOrder.isVersion(String(version)) else { return nil }
      comparisons.append(Comparison(comparison: comparison, version: String(version)))
      rest = rest.dropFirst(version.count).drop { $0 == " " || $0 == "," }
    }
    self = .versions(comparisons)
  }

  /// Those of some tags that are meant, in the order of versions.
  public func chosen(from tags: [String]) -> [String] {
    let tags = tags.sorted(by: TagOrder.precedes)
    switch self {
    case .pattern(let pattern): return tags.filter { pattern.matches($0) }
    case .versions(let comparisons):
      return tags.filter { tag in TagOrder.isVersion(tag) && comparisons.allSatisfy { $0.holds(for: tag) } }
    case .newest(let count):
      let versions = tags.filter { TagOrder.isVersion($0) }
      return Array((versions.isEmpty ? tags : versions).suffix(count))
    }
  }
}

extension [TagSelection] {
  /// Those of some tags that all selections mean. The newest are taken of what the others leave.
  public func chosen(from tags: [String]) -> [String] {
    let isLast = { (selection: TagSelection) in if case .newest = selection { true } else { false } }
    return (filter { !isLast($0) } + filter(isLast)).reduce(tags.sorted(by: TagOrder.precedes)) { $1.chosen(from: $0) }
  }
}
