import ImageModel

/// A `dray merge` that cannot be carried out as it stands.
enum MergeOptionError: ClassifiedError, Hashable {
  case oneArchive
  case noOutput

  var failureClass: FailureClass { .usage }
}
