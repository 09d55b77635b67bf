import CFileAllocation
import SystemPackage

/// What is advice to the system changes no byte, and so cannot fail.
extension FileDescriptor {
  /// Begins to write out what has been written, so that the end need not wait for all of it at once. May wait for the
  /// device.
  package func beginWriteback() { dray_begin_writeback(rawValue) }

  /// Lets the system forget bytes that are not read again, as far as they are on disk.
  package func releaseCache(at offset: Int64, count: Int64) {
    dray_release_cache(rawValue, off_t(offset), off_t(count))
  }
}
