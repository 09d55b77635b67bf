import ImageModel
import NIOCore
import SystemPackage

/// Why a server does not run.
public enum ServerError: ClassifiedError, Hashable {
  /// No connections can be had at this address; nil where there is no such host.
  case listen(host: String, port: Int, Errno?)
  /// Another server keeps its cache, or what is pushed to it, in this folder.
  case folderInUse(FilePath)

  public var failureClass: FailureClass {
    switch self {
    case .listen: .localIO
    case .folderInUse: .busy
    }
  }

  init(_ error: any Error, _ settings: ServerSettings) {
    let number = (error as? IOError).map { Errno(rawValue: $0.errnoCode) }
    self = .listen(host: settings.host, port: settings.port, number)
  }
}
