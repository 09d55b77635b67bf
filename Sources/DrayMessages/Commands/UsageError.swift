import ImageModel

/// A command line that cannot be carried out as it stands.
package enum UsageError: ClassifiedError, Hashable {
  // What the parser of the command line says
  case unknownOption(String, similar: String?)
  case missingValue(option: String)
  case unwantedValue(option: String)
  /// - Parameter similar: the command whose name is like it.
  case unexpectedArgument(String, similar: String?)
  case missingArgument(String)
  /// Another of the parser's own sentences.
  case malformed(String)

  // Options that do not go together
  case noReference
  case oneNameForSeveral
  case quietAndJSON
  case reuseAndNoReuse
  case outputAndLayout
  case archiveToTerminal

  case severalFormsOfInspection
  /// An option about the images of an archive, where an image in a registry is named.
  case onlyForArchives(option: String)
  /// An archive on this machine, where an image in a registry is to be named.
  case archiveToPull(String)
  /// A file that is no archive, and has the name of an image.
  case fileOfThatName(String, image: String)

  // Values
  case repositoryWithTag(String)
  case emptyOutput
  case emptyReuse
  case platform(String)
  case imageName(ImageReferenceError)
  case imageNameWithDigest(String)
  /// A whole name, and options that make names.
  case nameAndNaming(String)
  case number(option: String, String, ClosedRange<Int>)
  case resolve(String)
  case host(option: String, String)
  case tokenRealm(String)
  case mirror(String)
  case rate(String)
  /// Without its text, which may hold a password.
  case proxy

  // Name and password
  case passwordOnCommandLine
  case noRegistry
  /// Nobody can be asked for a name, and none is given.
  case loginWithoutName
  case passwordWithoutName
  case nameWithoutPassword
  case username(String)
  case emptyPassword
  case passwordTooLong(limit: Int)
  case passwordNotText

  package var failureClass: FailureClass { .usage }
}
