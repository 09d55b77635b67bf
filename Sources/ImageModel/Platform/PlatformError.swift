/// Why a text names no platform. The value is the text as it was given.
public enum PlatformError: ClassifiedError, Hashable {
  /// Not `os/architecture` or `os/architecture/variant`.
  case malformed(String)

  public var failureClass: FailureClass { .usage }
}
