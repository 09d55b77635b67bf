import ImageLists
import ImageModel

/// A choice of images that cannot be carried out.
enum SelectionError: ClassifiedError, Hashable {
  /// A file cannot be read. The number is the system's.
  case unreadableList(path: String, Int32)
  case list(path: String, ImageListError)
  /// A name in a list is none.
  case listedName(path: String, line: Int, ImageReferenceError)
  /// Lists and a password cannot both come on standard input.
  case standardInputTwice
  case onePlatformOrAll
  case tags(String)
  case pattern(String)
  /// A name that ends in a tag, with `--tags`.
  case tagAndTags(String)
  case nothingMatches(String)
  /// There is nobody to ask, and no `--yes`.
  case unconfirmed
  case declined
  case emptyLock
  /// Several platforms or referrers, and a form of archive without an index.
  case withoutIndex

  var failureClass: FailureClass {
    switch self {
    case .unreadableList: .localIO
    case .list(_, let error): error.failureClass
    case .nothingMatches: .notFound
    default: .usage
    }
  }
}
