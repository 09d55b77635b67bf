/// A `Range` header of one byte range (RFC 9110, section 14.1.2).
struct ByteRangeRequest {
  /// nil: the last bytes, as many as `last` says.
  let first: Int64?
  /// nil: to the end.
  let last: Int64?

  /// nil for anything but one well-formed byte range: such a header is not looked at.
  init?(_ text: String) {
    guard text.hasPrefix("bytes=") else { return nil }
    let parts = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else { return nil }
    first = Int64(parts[0])
    last = Int64(parts[1])
    guard first != nil || last != nil, parts[0].isEmpty == (first == nil), parts[1].isEmpty == (last == nil) else {
      return nil
    }
    if let first, let last, last < first { return nil }
  }

  var isOpenEnded: Bool { first == nil || last == nil }

  /// The bytes meant in content of this size; nil: not satisfiable.
  func bounds(in size: Int64) -> Range<Int64>? {
    guard let first else {
      let count = min(last ?? 0, size)
      return count > 0 ? (size - count)..<size : nil
    }
    guard first < size else { return nil }
    return first..<(last.map { min($0, size - 1) + 1 } ?? size)
  }
}
