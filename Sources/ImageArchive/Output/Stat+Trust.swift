import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension Stat {
  /// A regular file of this user with no other name. Writing to it cannot change a file that stands elsewhere.
  var isTrusted: Bool { type == .regular && userID == UserID(geteuid()) && linkCount <= 1 }

  /// Whether both are of one file, whatever its names.
  package func isSameFile(as other: Stat) -> Bool { deviceID == other.deviceID && inode == other.inode }
}
