import ImageModel

/// Command lines of `ls`, `cat` and `diff` that cannot be carried out as they stand.
enum ContentsUsageError: ClassifiedError, Hashable {
  /// `dray cat` without a path behind the image.
  case noPath(String)
  /// An option for the files of an image, and a registry.
  case onlyForImages(option: String, place: String)

  var failureClass: FailureClass { .usage }
}
