import FileAccess
import SystemPackage

/// A file that is written from its beginning to its end, under another name until then.
package final class StreamedFile: Sendable {
  private let output: OutputPath
  private let folder: Folder
  private let file: FileDescriptor
  /// Two processes may write the same file.
  private let partialName: String

  /// Makes it beside its place, for this user alone.
  ///
  /// - Throws: ``ArchiveError``, also where something other than a file is in its place.
  package init(_ path: FilePath) throws(ArchiveError) {
    output = try OutputPath.check(path)
    folder = try Folder(opening: output.folder)
    partialName = ".\(output.name).\(getpid()).part"
    do { file = try folder.open(partialName, flags: O_CREAT | O_EXCL) } catch {
      throw .system(.open, output.folder.appending(partialName), error)
    }
  }

  deinit { try? file.close() }

  /// - Throws: ``ArchiveError``.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
    do { _ = try file.writeAll(bytes) } catch { throw .system(.write, output.path, error as? Errno ?? .ioError) }
  }

  /// Makes it last and gives it its name.
  ///
  /// - Throws: ``ArchiveError``.
  package func commit() throws(ArchiveError) {
    do { try file.setMode(0o666 & ~ProcessUmask.value) } catch { throw .system(.write, output.path, error) }
    do { try file.synchronize() } catch { throw .system(.synchronize, output.path, error) }
    try folder.rename(partialName, to: output.name)
    try folder.synchronize()
  }

  /// Removes it.
  ///
  /// - Throws: ``ArchiveError``.
  package func discard() throws(ArchiveError) {
    try folder.remove(partialName)
  }
}
