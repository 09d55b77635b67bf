/// Why a text is no image reference.
public struct ImageReferenceError: ClassifiedError, Hashable {
  public enum Reason: Error, Hashable {
    /// Nothing was given.
    case empty
    /// A web address, a whole command or a text with blanks around it, which is not itself a reference.
    case decorated
    /// 64 hexadecimal digits: the id of a local image, not a name.
    case imageID
    /// `<none>`: what lists of local images show where an image has no name or no tag.
    case untagged
    /// The part before the first slash is no host name or address.
    case registry(String)
    /// Docker Hub's web site where its registry is meant.
    case webSite(String)
    /// The port is not a number from 1 to 65535.
    case port(String)
    /// The repository has upper-case letters.
    case upperCase(String)
    /// The repository breaks the grammar of names.
    case repository(String)
    /// The repository is longer than the limit, in characters.
    case repositoryTooLong(limit: Int)
    case tag(String)
    case digest(DigestError)
  }

  /// The text that was given, without the name, the password and the query that a web address may hold.
  public let text: String
  public let reason: Reason
  /// A reference that was probably meant. It parses.
  public let suggestion: String?

  package init(text: String, reason: Reason, suggestion: String?) {
    self.text = text
    self.reason = reason
    self.suggestion = suggestion
  }

  public var failureClass: FailureClass { .usage }
}
