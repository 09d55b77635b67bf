import ImageModel

/// Why a list of images cannot be read.
public struct ImageListError: ClassifiedError, Hashable {
  public enum Reason: Sendable, Hashable {
    /// More bytes than are read.
    case tooLarge(limit: Int)
    case notText
    /// It names no image.
    case empty
    /// It names no image that is understood; the first that may be one.
    case passedOver(PassedOverImage.Reason)
    /// A line is a command or the like; what was probably meant.
    case moreThanAName(String, suggestion: String)
    /// What `docker images` writes for people.
    case tableOfImages
    /// A line holds more than a name and its options.
    case unexpectedWord(String)
    case unknownOption(String)
    case platform(String)
    /// `--platform` and `--all-platforms` on one line.
    case conflictingPlatforms
    /// What the parser says of a text that is no YAML.
    case yaml(problem: String)
    /// A list of names, or anything else without keys, where names are to be replaced.
    case notYAML
    case tooDeep(limit: Int)
    case tooManyValues(limit: Int)
    /// A name has a variable that nobody gave a value.
    case noValue(variable: String)
    /// The same, with what the file itself says about it.
    case required(variable: String, message: String)
    /// A `$` that begins no variable.
    case malformedVariable(String)
    /// A line of an `.env` that sets no variable. It may hold a password, and is not shown.
    case malformedAssignment
    /// A key that the file of this tool does not have.
    case unknownKey(String, SyncTool)
    /// A key whose meaning is not carried out.
    case unsupportedKey(String, SyncTool)
    case missingKey(String)
    /// A value of another kind than the key has; nil where a mapping was expected.
    case unexpectedValue(key: String?)
    /// `type` of an entry of regsync.
    case syncType(String)
    case name(ImageReferenceError)
    case tag(String)
    /// A tag where a repository is named.
    case repositoryWithTag(String)
    case expression(String)
    case versionRange(String)
    /// A target names tags, and not one for each of the source's; or another digest.
    case targetTags(String)
    /// A template of Go other than `{{env "NAME"}}` and `{{file "PATH"}}`.
    case template(key: String)
    case noFile(String)
    /// The variable that a login names has no value.
    case noLoginValue(key: String)
  }

  public let reason: Reason
  /// Counts from 1; nil where no line is to blame.
  public let line: Int?

  public init(_ reason: Reason, line: Int?) {
    self.reason = reason
    self.line = line
  }

  public var failureClass: FailureClass {
    switch reason {
    case .tooLarge, .tooDeep, .tooManyValues: .refused
    default: .usage
    }
  }
}
