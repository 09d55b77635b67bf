import CFileAllocation
import SystemPackage

/// What is advice to the system changes no byte.
extension FileDescriptor {
  /// Begins to write out what has been written, so that the end need not wait for all of it at once. May wait for the
  /// device.
  package func beginWriteback() { dray_begin_writeback(rawValue) }

  /// Lets the system forget bytes that are not read again, as far as they are on disk.
  package func releaseCache(at offset: Int64, count: Int64) {
    dray_release_cache(rawValue, off_t(offset), off_t(count))
  }

  /// Has the system read bytes, and waits for the last of them: who reads them next hardly waits for the device.
  package func awaitCache(at offset: Int64, count: Int64) throws(Errno) {
    guard count > 0 else { return }
    #if os(Linux)
      _ = posix_fadvise(rawValue, off_t(offset), off_t(count), POSIX_FADV_WILLNEED)
    #endif
    var last: UInt8 = 0
    do {
      _ = try withUnsafeMutableBytes(of: &last) { try read(fromAbsoluteOffset: offset + count - 1, into: $0) }
    } catch { throw error as? Errno ?? .ioError }
  }
}
