import ImageModel

/// Why the configuration that is on the machine for docker, podman or containerd cannot be followed.
public enum ConfigurationError: ClassifiedError, Hashable {
  case unreadable(path: String, detail: String)
  /// The file, or a value in it, does not mean anything. The place is nil where it is not known.
  case malformed(path: String, place: TextPlace?, ConfigurationDefect)
  /// The file is no JSON from this place on; `found` is the character there, nil at the file's end.
  case malformedJSON(path: String, place: TextPlace, found: String?)
  /// A `registries.conf` with settings of version 1 (`[registries.search]`) and of version 2.
  case mixedForms(path: String, line: Int)
  /// The configuration forbids this registry, or a part of it.
  case blocked(prefix: String, path: String, line: Int)

  public var failureClass: FailureClass {
    switch self {
    case .unreadable: .localIO
    case .malformed, .malformedJSON, .mixedForms: .usage
    case .blocked: .refused
    }
  }
}
