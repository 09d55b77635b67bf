/// What is wrong with a JSON text. Offsets count bytes from the start of the text.
public enum JSONFault: ClassifiedError, Hashable {
  /// The text breaks the grammar of RFC 8259 at this byte, or ends there too early.
  case syntax(offset: Int)
  /// Another value or a stray byte follows the end of the value.
  case trailingBytes(offset: Int)
  /// The text starts with a byte order mark.
  case byteOrderMark
  /// The text is not UTF-8.
  case invalidUTF8
  /// Half of a surrogate pair stands alone, so the string is not Unicode.
  case loneSurrogate(offset: Int)
  /// Arrays and objects stand in one another deeper than the limit.
  case tooDeep(limit: Int)
  /// An object has two members of one name; readers disagree about which of them counts.
  case duplicateKey(String)
  /// The name of a member is longer than the limit, in bytes.
  case keyTooLong(limit: Int)
  /// A number that cannot be represented, or that is no integer where only integers make sense.
  case number(offset: Int)

  public var failureClass: FailureClass { .refused }

  /// The byte at which it shows; nil where it is about the whole text.
  package var offset: Int? {
    switch self {
    case .syntax(let offset), .trailingBytes(let offset), .loneSurrogate(let offset), .number(let offset): offset
    case .byteOrderMark, .invalidUTF8, .tooDeep, .duplicateKey, .keyTooLong: nil
    }
  }
}
