import ImageModel
import SystemPackage

/// Why a base of a delta cannot be used. The name is the one that the user gave it.
public enum BaseError: ClassifiedError, Hashable {
  /// No JSON that `docker image inspect`, `podman image inspect` or `dray inspect --json` prints.
  case notAList(name: String)
  /// More than is read, in bytes.
  case listTooLarge(name: String, limit: Int)
  /// No image with layers is in it.
  case noImage(name: String)
  /// The archive does not hold the config of one of its images.
  case noConfig(name: String)
  case config(name: String, ImageConfigError)

  public var failureClass: FailureClass {
    switch self {
    case .notAList, .noImage: .usage
    case .listTooLarge: .refused
    case .noConfig: .integrity
    case .config(_, let error): error.failureClass
    }
  }
}
