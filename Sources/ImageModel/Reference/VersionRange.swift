/// A range of semantic versions (semver.org), as tools that copy images read it: `>=3.14 <4`, `^1.2 || ~2.1`, `1.x`.
public struct VersionRange: Sendable, Hashable, CustomStringConvertible {
  /// Whose rules hold.
  public enum Dialect: Sendable, Hashable {
    /// github.com/Masterminds/semver, which skopeo uses: `||`, `,`, `x`, `1.2 - 1.4`, parts that are left out stand for any,
    /// and a pre-release counts only where the range names one.
    case masterminds
    /// regclient's own: comparisons that all hold, parts that are left out are 0, and a pre-release counts as any version.
    case regclient
  }

  public let description: String
  /// One of these holds, each with all its comparisons.
  private let alternatives: [[Comparison]]

  private struct Comparison: Hashable, Sendable {
    enum Bound: Hashable, Sendable {
      case atLeast(TagVersion)
      case above(TagVersion)
      case below(TagVersion)
      case atMost(TagVersion)
      case equal(TagVersion)
      /// From the first up to the second, which is not in it.
      case outside(TagVersion, TagVersion)
    }

    var bounds: [Bound]
    /// Whether it holds for no pre-release.
    var refusesPrereleases: Bool

    func holds(for version: TagVersion) -> Bool {
      guard !refusesPrereleases || version.prerelease.isEmpty else { return false }
      return bounds.allSatisfy { bound in
        switch bound {
        case .atLeast(let other): version >= other
        case .above(let other): version > other
        case .below(let other): version < other
        case .atMost(let other): version <= other
        case .equal(let other): version == other
        case .outside(let low, let high): version < low || version >= high
        }
      }
    }
  }

  /// Reads a range; nil for what is none.
  public init?(parsing text: String, _ dialect: Dialect) {
    description = text
    var alternatives: [[Comparison]] = []
    for part in dialect == .regclient ? [text] : text.split(separatedBy: "||") {
      guard let comparisons = Self.comparisons(part, dialect), !comparisons.isEmpty else { return nil }
      alternatives.append(comparisons)
    }
    self.alternatives = alternatives
  }

  /// Whether a tag is a version in the range: `v1.2` is 1.2.0, and `latest` is no version.
  public func contains(_ tag: String) -> Bool {
    guard let version = TagVersion(tag) else { return false }
    return alternatives.contains { $0.allSatisfy { $0.holds(for: version) } }
  }

  private static let operators = [">=", "=>", "<=", "=<", "!=", "~>", ">", "<", "=", "~", "^"]

  private static func comparisons(_ text: String, _ dialect: Dialect) -> [Comparison]? {
    var words = text.split { $0 == " " || $0 == "\t" || ($0 == "," && dialect == .masterminds) }.map(String.init)
    var result: [Comparison] = []
    while !words.isEmpty {
      var word = words.removeFirst()
      if dialect == .masterminds {
        // `1.2 - 1.4`
        if words.count > 1, words[0] == "-", let low = PartialVersion(word), let high = PartialVersion(words[1]) {
          words.removeFirst(2)
          result += [comparison(">=", low, dialect), comparison("<=", high, dialect)].compactMap(\.self)
          continue
        }
        if operators.contains(word), !words.isEmpty { word += words.removeFirst() }
      }
      let sign = operators.first { word.hasPrefix($0) } ?? ""
      guard let version = PartialVersion(String(word.dropFirst(sign.count))),
        let comparison = comparison(sign, version, dialect)
      else { return nil }
      result.append(comparison)
    }
    return result
  }

  private static func comparison(_ sign: String, _ version: PartialVersion, _ dialect: Dialect) -> Comparison? {
    guard let bounds = dialect == .masterminds ? bounds(sign, version) : plainBounds(sign, version) else { return nil }
    return Comparison(
      bounds: bounds, refusesPrereleases: dialect == .masterminds && version.lowest.prerelease.isEmpty)
  }

  private static func bounds(_ sign: String, _ version: PartialVersion) -> [Comparison.Bound]? {
    let low = version.lowest
    let behind = version.behind
    switch sign {
    case "", "=":
      return behind.map { [.atLeast(low), .below($0)] } ?? (version.isAny ? [.atLeast(low)] : [.equal(low)])
    case "!=":
      guard !version.isAny else { return nil }
      return [behind.map { .outside(low, $0) } ?? .outside(low, low.justAbove)]
    case ">": return [behind.map { .atLeast($0) } ?? .above(low)]
    case "<": return [.below(low)]
    case ">=", "=>": return [.atLeast(low)]
    case "<=", "=<": return [behind.map { .below($0) } ?? (version.isAny ? .atLeast(low) : .atMost(low))]
    case "~", "~>":
      guard !version.isAny else { return [.atLeast(low)] }
      return [.atLeast(low), .below(version.count < 2 ? low.next(0) : low.next(1))]
    case "^":
      guard !version.isAny else { return [.atLeast(low)] }
      let part = low.numbers[0] > 0 || version.count < 2 ? 0 : low.numbers[1] > 0 || version.count < 3 ? 1 : 2
      return [.atLeast(low), .below(low.next(part))]
    default: return nil
    }
  }

  private static func plainBounds(_ sign: String, _ version: PartialVersion) -> [Comparison.Bound]? {
    let low = version.lowest
    guard !version.hasWildcard else { return nil }
    switch sign {
    case "", "=": return [.equal(low)]
    case ">": return [.above(low)]
    case "<": return [.below(low)]
    case ">=": return [.atLeast(low)]
    case "<=": return [.atMost(low)]
    case "~": return [.atLeast(low), .below(low.next(1, isRelease: true))]
    case "^":
      let part = low.numbers[0] > 0 ? 0 : low.numbers[1] > 0 ? 1 : 2
      return [.atLeast(low), .below(low.next(part, isRelease: true))]
    default: return nil
    }
  }
}

/// A version whose later parts may be left out, or be `x` or `*`.
private struct PartialVersion {
  /// What is left out is 0.
  let lowest: TagVersion
  /// How many parts have a number.
  let count: Int
  let hasWildcard: Bool

  init?(_ text: String) {
    let rest = text.hasPrefix("v") ? text.dropFirst() : text[...]
    let core = rest.prefix { $0 != "-" && $0 != "+" }
    let parts = core.split(separator: ".", omittingEmptySubsequences: false)
    let given = parts.prefix { !["x", "X", "*"].contains($0) }
    hasWildcard = given.count < parts.count
    guard !parts.isEmpty, parts[given.count...].allSatisfy({ ["x", "X", "*"].contains($0) }) else { return nil }
    let digits = given.isEmpty ? "0" : given.joined(separator: ".")
    guard let version = TagVersion(digits + rest[core.endIndex...]) else { return nil }
    lowest = version
    count = given.count
  }

  /// Whether it stands for any version.
  var isAny: Bool { count == 0 }

  /// The first version behind all that it stands for; nil for one version alone, and for any.
  var behind: TagVersion? { isAny || count >= 3 ? nil : lowest.next(count - 1) }
}

extension String {
  fileprivate func split(separatedBy separator: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
