import ImageModel

/// Command lines of `ls`, `cat` and `diff` that cannot be carried out as they stand.
enum ContentsUsageError: ClassifiedError, Hashable {
  /// `dray cat` without a path behind the archive.
  case noPath(String)
  /// An option or a path for an archive, and no archive.
  case onlyForArchives(option: String, place: String)

  var failureClass: FailureClass { .usage }
}
