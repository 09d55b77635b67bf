/// What a `Range` field asks for of an archive (RFC 9110 §14.2): one range, or nothing that concerns it.
enum SingleRange: Sendable, Hashable {
  /// From a position on; `last` is the last byte, nil for all that follows.
  case from(Int64, last: Int64?)
  /// The last bytes.
  case suffix(Int64)

  /// - Returns: nil where the field speaks of another unit than bytes, which is to be passed over.
  /// - Throws: ``GatewayError/range(_:)`` for several ranges, and for what is no range: to send all of the archive to a client
  ///   that has its beginning would make it join what does not belong together.
  init?(parsing field: String) throws(GatewayError) {
    let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw .range(field) }
    guard parts[0].lowercased() == "bytes" else { return nil }
    let ranges = parts[1].split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
    guard ranges.count == 1 else { throw .range(field) }
    let ends = ranges[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard ends.count == 2 else { throw .range(field) }
    switch (Self.number(ends[0]), Self.number(ends[1])) {
    case (let first?, nil) where ends[1].isEmpty && first < Self.most: self = .from(first, last: nil)
    case (let first?, let last?) where first <= last && first < Self.most: self = .from(first, last: last)
    case (nil, let count?) where ends[0].isEmpty: self = .suffix(count)
    default: throw .range(field)
    }
  }

  /// Whether it needs no beginning that was sent earlier.
  var isFromStart: Bool { if case .from(0, _) = self { true } else { false } }

  /// The bytes that it means; nil where it cannot be satisfied.
  func bounds(in size: Int64) -> Range<Int64>? {
    switch self {
    case .from(let first, let last): first < size ? first..<min(last.map { $0 + 1 } ?? size, size) : nil
    case .suffix(let count): count > 0 && size > 0 ? max(size - count, 0)..<size : nil
    }
  }

  /// No archive has so many bytes, and one can be added.
  private static let most = Int64.max - 1

  /// A number of digits alone; one that is too large is as good as the largest.
  private static func number(_ text: Substring) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return min(Int64(text) ?? most, most)
  }
}
