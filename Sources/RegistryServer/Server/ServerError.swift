import ImageModel
import NIOCore
import SystemPackage

/// Why a server does not run.
public enum ServerError: ClassifiedError, Hashable {
  /// No connections can be had at this address; nil where there is no such host.
  case listen(host: String, port: Int, Errno?)

  /// No certificates can be read from this file.
  case certificate(FilePath)
  /// No private key can be read from this file.
  case key(FilePath)
  /// The two do not belong together.
  case certificateAndKey(FilePath, FilePath)

  public var failureClass: FailureClass { .localIO }

  init(_ error: any Error, _ settings: ServerSettings) {
    let number = (error as? IOError).map { Errno(rawValue: $0.errnoCode) }
    self = .listen(host: settings.host, port: settings.port, number)
  }
}
