/// What is wrong with a response.
public enum ResponseFault: Sendable, Hashable {
  /// No HTTP, in the words of the HTTP library.
  case http(String)
  /// Not the list that was asked for.
  case notAList
  /// A `Content-Encoding` that was not asked for.
  case encoding(String)
  case damagedGzip
}

/// Why a response does not carry the range that was asked for (RFC 9110 §14.4).
public enum RangeFault: Sendable, Hashable, CaseIterable {
  /// 416
  case notSatisfiable
  /// 206 to a request without a range.
  case unasked
  case encoded
  case noContentRange
  case severalContentRanges
  case unreadableContentRange
  /// The whole has another size than the descriptor says.
  case otherSize
  case otherRange
}
