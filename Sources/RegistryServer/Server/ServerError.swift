import ImageModel
import NIOCore
import SystemPackage

/// Why a server does not run.
public enum ServerError: ClassifiedError, Hashable {
  /// No connections can be had at this address; nil where there is no such host.
  case listen(host: String, port: Int, Errno?)

  public var failureClass: FailureClass { .localIO }

  init(_ error: any Error, _ settings: ServerSettings) {
    let number = (error as? IOError).map { Errno(rawValue: $0.errnoCode) }
    self = .listen(host: settings.host, port: settings.port, number)
  }
}
