import FileAccess
import SystemPackage

/// A file that was just made and is being written.
final class NewFile {
  let descriptor: Int32
  let path: [[UInt8]]
  /// The mode that it was made with.
  let mode: mode_t
  private var isOpen = true

  init(_ descriptor: Int32, path: [[UInt8]], mode: mode_t) {
    self.descriptor = descriptor
    self.path = path
    self.mode = mode
  }

  deinit { if isOpen { _ = closeDescriptor(descriptor) } }

  /// Writes all of the bytes at a place.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(UnpackError) {
    var rest = bytes
    var place = offset
    while !rest.isEmpty {
      let count: Int32
      do {
        count = try Errno.check {
          Int32(truncatingIfNeeded: pwrite(descriptor, rest.baseAddress, min(rest.count, 1 << 30), off_t(place)))
        }
      } catch { throw .system(.write, entry: RootFolder.text(path), error) }
      rest = UnsafeRawBufferPointer(rebasing: rest[Int(count)...])
      place += Int64(count)
    }
  }

  /// Gives it a size: what was not written is a hole.
  func resize(to size: Int64) throws(UnpackError) {
    do { try Errno.check { ftruncate(descriptor, off_t(size)) } } catch {
      throw .system(.write, entry: RootFolder.text(path), error)
    }
  }

  /// Some file systems tell only now that bytes were lost.
  func close() throws(Errno) {
    isOpen = false
    guard closeDescriptor(descriptor) == 0 || errno == EINTR else { throw Errno(rawValue: errno) }
  }
}

private func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }
