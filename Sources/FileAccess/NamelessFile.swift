import Synchronization
import SystemPackage

/// A file that no other process sees, for bytes on their way into an archive. It is gone with the process; where an open
/// file keeps its name, with this value.
package final class NamelessFile: Sendable {
  /// What stands in it.
  private let file: FileDescriptor
  package let path: FilePath
  /// Where it has a name still.
  private let folder: Folder?
  private let size = Atomic<Int64>(0)

  /// - Parameter folder: where it takes its space from.
  package init(in folder: FilePath) throws(FileError) {
    let parent = try Folder(opening: folder)
    let name = ".dray-\(getpid())-\(Self.count.wrappingAdd(1, ordering: .relaxed).newValue).moved"
    path = folder.appending(name)
    do { file = try parent.open(name, flags: O_CREAT | O_EXCL) } catch {
      throw .system(.open, folder.appending(name), error)
    }
    do {
      try parent.remove(name)
      self.folder = nil
    } catch { self.folder = parent }
  }

  deinit {
    try? file.close()
    if let name = path.lastComponent?.string { try? folder?.remove(name) }
  }

  /// Adds bytes. From one thread at a time.
  package func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    let end = size.wrappingAdd(Int64(bytes.count), ordering: .relaxed).oldValue
    do { _ = try file.writeAll(toAbsoluteOffset: end, bytes) } catch {
      let error = error as? Errno ?? .ioError
      guard error == .noSpace || error == .diskQuotaExceeded else { throw .system(.write, path, error) }
      throw .noSpace(path, needed: Int64(bytes.count), free: FileReservation.freeBytes(of: file))
    }
  }

  /// What was added, to be read and closed in the end.
  package func opened() throws(FileError) -> FileDescriptor {
    do { return try file.duplicate() } catch { throw .system(.open, path, error as? Errno ?? .ioError) }
  }

  /// Numbers the files of this process.
  private static let count = Atomic(0)
}
