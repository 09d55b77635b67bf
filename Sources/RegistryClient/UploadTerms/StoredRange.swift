/// How much of an upload a registry has, by its `Range` header (distribution-spec "Pushing a blob in chunks"): `0-1023`. Quay
/// puts a unit before it, counts one too many, and says `0--1` of nothing.
enum StoredRange {
  /// - Parameters:
  ///   - text: the header's value.
  ///   - known: what the registry has for certain.
  ///   - sent: what it has at most.
  /// - Returns: how many bytes it has; nil where it does not say, or that cannot be.
  static func count(in text: String, known: Int64, sent: Int64) -> Int64? {
    let range = text.hasPrefix("bytes=") ? text.dropFirst("bytes=".count) : text[...]
    guard range.hasPrefix("0-"), let last = Int64(range.dropFirst(2)), last >= -1, last < .max else { return nil }
    let count = last + 1
    // `0-0` is said of nothing, too.
    for mark in [known, sent] where abs(count - mark) <= 1 { return mark }
    return known < count && count < sent ? count : nil
  }
}
