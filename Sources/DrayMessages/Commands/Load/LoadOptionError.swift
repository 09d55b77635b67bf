import ImageModel

/// A `dray load` that cannot be carried out as it stands.
enum LoadOptionError: ClassifiedError, Hashable {
  case noArchive
  case engine(String)
  case host(String)
  case namespace(String)
  /// A namespace, and an engine that has none.
  case namespaceElsewhere

  var failureClass: FailureClass { .usage }
}
