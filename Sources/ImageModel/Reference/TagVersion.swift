/// A tag read as a semantic version (semver.org), with the leniency that tools have: a `v` before it, parts left out.
struct TagVersion: Sendable, Hashable, Comparable {
  /// Three or more; what is left out is 0.
  let numbers: [Int]
  /// The parts behind the dash; empty for a release.
  let prerelease: [Substring]

  init?(_ tag: String) {
    let text = tag.hasPrefix("v") ? tag.dropFirst() : tag[...]
    let whole = text.prefix { $0 != "+" }
    let core = whole.prefix { $0 != "-" }
    var numbers: [Int] = []
    for part in core.split(separator: ".", omittingEmptySubsequences: false) {
      guard !part.isEmpty, part.utf8.allSatisfy(\.isDigit), let number = Int(part) else { return nil }
      numbers.append(number)
    }
    guard !numbers.isEmpty else { return nil }
    self.numbers = numbers + Array(repeating: 0, count: max(0, 3 - numbers.count))
    let behind = whole[core.endIndex...].dropFirst()
    prerelease = behind.isEmpty ? [] : behind.split(separator: ".", omittingEmptySubsequences: false)
  }

  private init(numbers: [Int], prerelease: [Substring]) {
    self.numbers = numbers
    self.prerelease = prerelease
  }

  /// The version that counts one more at a place, with 0 behind it.
  ///
  /// - Parameter isRelease: else it comes before its own pre-releases too.
  func next(_ place: Int, isRelease: Bool = false) -> TagVersion {
    var numbers = Array(numbers.prefix(place + 1))
    numbers[place] = numbers[place] == .max ? .max : numbers[place] + 1
    numbers += Array(repeating: 0, count: max(0, 3 - numbers.count))
    return TagVersion(numbers: numbers, prerelease: isRelease ? [] : ["0"])
  }

  /// The first version behind this one.
  var justAbove: TagVersion {
    prerelease.isEmpty
      ? next(numbers.count - 1) : TagVersion(numbers: numbers, prerelease: prerelease + ["0"])
  }

  static func == (left: TagVersion, right: TagVersion) -> Bool { !(left < right) && !(right < left) }

  func hash(into hasher: inout Hasher) {
    // Zeros at the end make no difference.
    hasher.combine(Array(numbers.reversed().drop { $0 == 0 }))
    hasher.combine(prerelease)
  }

  static func < (left: TagVersion, right: TagVersion) -> Bool {
    for index in 0..<max(left.numbers.count, right.numbers.count) {
      let one = index < left.numbers.count ? left.numbers[index] : 0
      let other = index < right.numbers.count ? right.numbers[index] : 0
      if one != other { return one < other }
    }
    guard !left.prerelease.isEmpty, !right.prerelease.isEmpty else {
      return !left.prerelease.isEmpty && right.prerelease.isEmpty
    }
    for (one, other) in zip(left.prerelease, right.prerelease) where one != other {
      return precedes(one, other)
    }
    return left.prerelease.count < right.prerelease.count
  }

  /// Numbers come before words (semver.org, rule 11).
  private static func precedes(_ left: Substring, _ right: Substring) -> Bool {
    switch (Int(left), Int(right)) {
    case (let one?, let other?): one < other
    case (_?, nil): true
    case (nil, _?): false
    default: left.utf8.lexicographicallyPrecedes(right.utf8)
    }
  }
}
