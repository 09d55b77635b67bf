import ImageModel

/// Command lines of `unpack` and `export` that cannot be carried out as they stand.
enum RootUsageError: ClassifiedError, Hashable {
  case emptyFolder
  /// `--max-size` with something that is no size.
  case size(String)
  /// `dray export` without `-o`.
  case noOutput
  /// A root would be written to a terminal.
  case rootToTerminal

  var failureClass: FailureClass { .usage }
}
