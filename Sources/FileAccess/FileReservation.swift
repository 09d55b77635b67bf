import CFileAllocation
import SystemPackage

/// Space on disk for a file whose size is known in advance.
package enum FileReservation {
  /// Gives a file its final size and the disk blocks for it, or says how much space there is.
  ///
  /// Where the file system cannot reserve blocks the file gets its size only, if there is space for it now.
  package static func reserve(
    _ size: Int64, for file: FileDescriptor, at path: FilePath, fileSizeLimit: Int64? = ResourceLimit.fileSize.value
  ) throws(FileError) {
    // Writing beyond the limit would end the process by a signal.
    if let fileSizeLimit, size > fileSizeLimit {
      throw .fileSizeLimit(path, needed: size, limit: fileSizeLimit)
    }
    let before: Stat
    do { before = try file.stat() } catch { throw .system(.inspect, path, error) }
    let needed = max(0, size - before.sizeAllocated)
    do { try allocate(size, for: file) } catch {
      guard error != .fileTooLarge else { throw .fileTooLarge(path, size: size) }
      guard error == .noSpace || error == .diskQuotaExceeded else { throw .system(.reserve, path, error) }
      _ = ftruncate(file.rawValue, off_t(before.size))
      throw .noSpace(path, needed: needed, free: freeBytes(of: file))
    }
    do { try setSize(of: file, from: before.size, to: size) } catch {
      throw error == .fileTooLarge ? .fileTooLarge(path, size: size) : .system(.reserve, path, error)
    }
  }

  /// Where a file system grows no file that way (ftruncate(2) of FAT), a byte at the new end does it.
  private static func setSize(of file: FileDescriptor, from old: Int64, to size: Int64) throws(Errno) {
    guard ftruncate(file.rawValue, off_t(size)) != 0 else { return }
    let error = Errno(rawValue: errno)
    guard error == .notPermitted || error.isMissingFeature, size > old else { throw error }
    do {
      guard try file.writeAll(toAbsoluteOffset: size - 1, [0]) == 1 else { throw Errno.ioError }
    } catch { throw error as? Errno ?? .ioError }
  }

  /// The bytes that this user may still write to the file system of a file.
  package static func freeBytes(of file: FileDescriptor) -> Int64 {
    var status = statvfs()
    guard fstatvfs(file.rawValue, &status) == 0 else { return 0 }
    // Some of FUSE and of a network know no size: there is room until a write fails.
    guard status.f_blocks > 0 else { return .max }
    let unit = UInt64(status.f_frsize > 0 ? status.f_frsize : status.f_bsize)
    let (bytes, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: unit)
    return overflow ? .max : Int64(clamping: bytes)
  }

  private static func allocate(_ size: Int64, for file: FileDescriptor) throws(Errno) {
    guard size > 0 else { return }
    var error: Errno
    repeat { error = Errno(rawValue: dray_allocate(file.rawValue, off_t(size))) } while error == .interrupted
    guard error.rawValue != 0 else { return }
    guard error.isMissingFeature || error == .notPermitted else { throw error }
    let missing = try size - file.stat().sizeAllocated
    guard freeBytes(of: file) >= missing else { throw .noSpace }
  }
}
