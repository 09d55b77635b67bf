import DrayMessages
import ImageCopy
import ImageModel

/// What the options of a command ask for, checked: the same for all images that it names.
struct PullSettings: Sendable {
  var connection: ConnectionSettings
  /// Of each archive, still without its images.
  var template = PullRequest()
  var platforms = PlatformSelection.one(nil)
  /// What images are called after loading; nil for the names that they are pulled by.
  var names: LoadedNames?
  /// Files that name more images.
  var lists: [String] = []
  /// Which tags of a repository or of a pattern.
  var tags: [TagSelection] = []
  /// Pull what a pattern stands for without asking.
  var isConfirmed = false
  /// Where to write the digests that were found.
  var lock: String?
  var bringsReferrers = false
  /// Tell what would be done, and do nothing.
  var isDryRun = false
  var format = OutputFormat.text(detail: .normal)

  init(_ connection: ConnectionSettings) {
    self.connection = connection
  }
}

/// In which form a command tells what happens.
enum OutputFormat: Sendable, Hashable {
  /// For people.
  case text(detail: Detail)
  /// For programs.
  case json

  enum Detail: Sendable, Hashable {
    /// Only the path of the file.
    case quiet
    case normal
    /// Each blob too.
    case verbose
  }
}
