/// Bytes of a blob to ask for (RFC 9110 §14.1.2).
package struct ByteRange: Sendable, Hashable {
  package let lowerBound: Int64
  /// The byte behind the last one.
  package let upperBound: Int64

  /// - Parameter range: not empty, since no header can ask for nothing.
  package init(_ range: Range<Int64>) {
    assert(range.lowerBound >= 0 && !range.isEmpty)
    lowerBound = range.lowerBound
    upperBound = range.upperBound
  }

  /// Always closed, and never beyond the blob: some registries answer 416 to anything else.
  package var headerValue: String { "bytes=\(lowerBound)-\(upperBound - 1)" }
}
