import SystemPackage

extension Errno {
  /// Whether a file system does not have what was asked of it, rather than having failed at it. FAT and exFAT, those of a
  /// network (SMB, NFS, 9p) and those of programs (FUSE) lack much of what others have, and say so in many ways.
  package var isMissingFeature: Bool {
    switch self {
    case .notSupported, .notSupportedOnSocket, .noFunction, .invalidArgument: true
    default: false
    }
  }
}
