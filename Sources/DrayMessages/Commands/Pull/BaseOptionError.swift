import ImageModel

/// A `--base` that cannot be carried out as it stands.
enum BaseOptionError: ClassifiedError, Hashable {
  case empty
  case noSuchFile(String)
  /// The delta would take its base's place.
  case isOutput(String)
  /// Two options want to read standard input.
  case inputTwice
  /// Nothing in Docker's own form says that it is a delta, and containerd takes none in it.
  case dockerForm

  var failureClass: FailureClass { .usage }
}
