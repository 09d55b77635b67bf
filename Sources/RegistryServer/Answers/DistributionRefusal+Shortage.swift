import FileAccess
import HTTPTypes
import SystemPackage

extension DistributionRefusal {
  /// What a client is told where this machine is short of something, so that it comes again later; nil for any other fault.
  init?(shortage error: any Error) {
    let number: Errno? =
      switch error as? FileError {
      case .noSpace: .noSpace
      case .system(_, _, let number): number
      default: error as? Errno
      }
    switch number {
    case .noSpace, .diskQuotaExceeded:
      self.init(.denied, .insufficientStorage, "the disk is full")
    case .tooManyOpenFiles, .tooManyOpenFilesInSystem:
      self.init(
        .unavailable, .serviceUnavailable, "too many files are open; try again later", fields: [.retryAfter: "5"])
    default: return nil
    }
  }
}

extension HTTPResponse.Status {
  static let insufficientStorage = HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
}
