import ImageModel

/// Options about the form of an archive that make no sense, alone or together.
enum FormOptionError: ClassifiedError, Hashable {
  case format(String)
  case annotation(String)
  /// An annotation that holds the image's name.
  case annotationOfName(String)
  /// Annotations, and a form that has no place for them.
  case annotationsWithoutIndex
  case layers(String)
  case volumeSize(String)
  case layersAndBase
  /// An option that needs a file, and standard output.
  case optionOfStream(String)
  /// `dray convert` without `-o`.
  case noOutput
  case formatOfConversion(String)
  case emptyLayout
  /// An option that is about an archive, and `--layout`.
  case layoutAnd(String)

  var failureClass: FailureClass { .usage }
}
