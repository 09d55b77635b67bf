/// Why a text is no digest that dray can use. The value is the text as it was found.
public enum DigestError: ClassifiedError, Hashable {
  /// Not an algorithm, a colon and the right number of lower-case hexadecimal digits.
  case malformed(String)
  /// A hash function other than SHA-256 and SHA-512.
  case unsupportedAlgorithm(String)

  public var failureClass: FailureClass { .refused }

  /// The text that is no digest; it comes from outside and may hold any character.
  public var text: String {
    switch self {
    case .malformed(let text), .unsupportedAlgorithm(let text): text
    }
  }
}
