/// A set of bytes by their positions, kept as sorted ranges that do not touch one another.
public struct RangeSet: Sendable, Hashable {
  /// Sorted, disjoint, never empty and never adjacent.
  public private(set) var ranges: [Range<Int64>] = []

  public init() {}

  public init(_ range: Range<Int64>) { insert(range) }

  /// The number of bytes in the set.
  public var count: Int64 { ranges.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) } }

  /// Whether no byte is in it.
  public var isEmpty: Bool { ranges.isEmpty }

  /// Adds all bytes of a range; ranges that touch become one.
  public mutating func insert(_ range: Range<Int64>) {
    guard !range.isEmpty else { return }
    let first = firstIndex { $0.upperBound >= range.lowerBound }
    let end = firstIndex { $0.lowerBound > range.upperBound }
    guard first < end else { return ranges.insert(range, at: first) }
    let merged =
      min(range.lowerBound, ranges[first].lowerBound)..<max(range.upperBound, ranges[end - 1].upperBound)
    ranges.replaceSubrange(first..<end, with: CollectionOfOne(merged))
  }

  /// Takes all bytes of a range out.
  public mutating func remove(_ range: Range<Int64>) {
    guard !range.isEmpty else { return }
    let touched = indices(overlapping: range)
    let kept = ranges[touched].flatMap { old in
      [
        old.lowerBound..<max(old.lowerBound, min(old.upperBound, range.lowerBound)),
        min(old.upperBound, max(old.lowerBound, range.upperBound))..<old.upperBound,
      ].filter { !$0.isEmpty }
    }
    ranges.replaceSubrange(touched, with: kept)
  }

  /// Whether every byte of the range is in the set.
  public func contains(_ range: Range<Int64>) -> Bool {
    guard !range.isEmpty else { return true }
    let index = firstIndex { $0.upperBound > range.lowerBound }
    return index < ranges.count && ranges[index].lowerBound <= range.lowerBound
      && range.upperBound <= ranges[index].upperBound
  }

  /// The parts of a range that are not in the set, in order.
  public func missing(in range: Range<Int64>) -> [Range<Int64>] {
    var gaps: [Range<Int64>] = []
    var position = range.lowerBound
    for present in ranges[indices(overlapping: range)] {
      if position < present.lowerBound { gaps.append(position..<present.lowerBound) }
      position = present.upperBound
    }
    if position < range.upperBound { gaps.append(position..<range.upperBound) }
    return gaps
  }

  /// The first position at or behind `start` that is not in the set.
  public func contiguousEnd(from start: Int64) -> Int64 {
    let index = firstIndex { $0.upperBound > start }
    guard index < ranges.count, ranges[index].lowerBound <= start else { return start }
    return ranges[index].upperBound
  }

  private func indices(overlapping range: Range<Int64>) -> Range<Int> {
    let first = firstIndex { $0.upperBound > range.lowerBound }
    let end = firstIndex { $0.lowerBound >= range.upperBound }
    return first..<max(first, end)
  }

  /// The first index whose range satisfies a condition that, once true, stays true for all later ones.
  private func firstIndex(where condition: (Range<Int64>) -> Bool) -> Int {
    var lower = 0
    var upper = ranges.count
    while lower < upper {
      let middle = lower + (upper - lower) / 2
      if condition(ranges[middle]) { upper = middle } else { lower = middle + 1 }
    }
    return lower
  }
}
