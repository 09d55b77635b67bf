/// Where a scalar of one line stands in the text of a YAML stream.
struct ScalarPlace: Hashable {
  /// Characters of Unicode, counted from the text's beginning; with the quotes.
  let range: Range<Int>
  /// What stands around the value; empty for a plain one.
  let quote: String
}
