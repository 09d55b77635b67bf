import SystemPackage

/// A file that is written from its beginning to its end, under another name until then.
package final class StreamedFile: Sendable {
  private let place: FilePlace
  private let folder: Folder
  private let file: FileDescriptor
  /// Two processes may write the same file.
  private let partialName: String

  /// Makes it beside its place, for this user alone.
  ///
  /// - Throws: ``FileError``, also where something other than a file is in its place.
  package init(_ path: FilePath) throws(FileError) {
    place = try FilePlace(path)
    folder = try place.openFolder()
    try folder.checkWritable()
    partialName = ".\(place.name).\(getpid()).part"
    do { file = try folder.open(partialName, flags: O_CREAT | O_EXCL) } catch {
      throw .system(.open, place.folder.appending(partialName), error)
    }
  }

  deinit { try? file.close() }

  /// - Throws: ``FileError``.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    do { _ = try file.writeAll(bytes) } catch { throw .system(.write, place.path, error as? Errno ?? .ioError) }
  }

  /// Makes it last and gives it its name.
  ///
  /// - Throws: ``FileError``.
  package func commit() throws(FileError) {
    do { try file.setMode(0o666 & ~ProcessUmask.value) } catch { throw .system(.write, place.path, error) }
    do { try file.synchronize() } catch { throw .system(.synchronize, place.path, error) }
    try folder.rename(partialName, to: place.name)
    try folder.synchronize()
  }

  /// Removes it.
  ///
  /// - Throws: ``FileError``.
  package func discard() throws(FileError) {
    try folder.remove(partialName)
  }
}
