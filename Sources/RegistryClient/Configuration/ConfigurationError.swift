import ImageModel

/// Why the configuration that is on the machine for docker, podman or containerd cannot be followed.
public enum ConfigurationError: ClassifiedError, Hashable {
  case unreadable(path: String, detail: String)
  /// The file, or a value in it, does not mean anything. The line counts from 1; nil where it is not known.
  case malformed(path: String, line: Int?, detail: String)
  /// A `registries.conf` of the form that podman gave up (`[registries.search]`).
  case oldForm(path: String, line: Int)
  /// The configuration forbids this registry, or a part of it.
  case blocked(prefix: String, path: String, line: Int)

  public var failureClass: FailureClass {
    switch self {
    case .unreadable: .localIO
    case .malformed, .oldForm: .usage
    case .blocked: .refused
    }
  }
}
