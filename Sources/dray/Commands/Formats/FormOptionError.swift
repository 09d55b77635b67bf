import ImageModel

/// Options about the form of an archive that make no sense, alone or together.
enum FormOptionError: ClassifiedError, Hashable {
  case format(String)
  case annotation(String)
  /// An annotation that holds the image's name.
  case annotationOfName(String)
  /// Annotations, and a form that has no place for them.
  case annotationsWithoutIndex

  var failureClass: FailureClass { .usage }
}
