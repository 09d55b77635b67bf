import FileAccess
import SystemPackage

/// Where a content stands on disk. Nothing is believed of its bytes.
public struct StoredContent: Sendable, Hashable {
  /// Bytes.
  public let size: Int64
  /// Where its first byte is in the file.
  public let offset: Int64
  /// The archive, or the file in the layout.
  public var path: FilePath { place.path }
  let place: StoredPlace
  let identity: [FileIdentity]

  /// Whether its file was written to since it was found before, and no other has taken its place.
  package func isRewritten(since former: StoredContent) -> Bool {
    place == former.place && identity != former.identity
      && zip(identity, former.identity).contains { $0.isSameFile(as: $1) }
  }

  /// Opens the file to read it; nil where it is gone, or is another one by now.
  ///
  /// - Throws: ``FileError`` where the system does not open it, for want of open files for example.
  public func open() throws(FileError) -> ArchiveBytes? {
    do {
      let file = try place.open()
      return file.identity == identity ? file : nil
    } catch is ArchiveFault {
      // A volume is gone, or something that is no file has taken its place.
      return nil
    } catch FileError.folderMissing, FileError.notAFolder {
      return nil
    } catch let error as Errno {
      switch error {
      case .noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels, .noSuchAddressOrDevice: return nil
      default: throw .system(.open, path, error)
      }
    } catch { throw error as? FileError ?? .system(.open, path, .ioError) }
  }

  /// Reads bytes of the content from `file` into all of `buffer`, and returns how many there were before the file's end.
  ///
  /// - Throws: `FileError`.
  public func read(
    from file: ArchiveBytes, at position: Int64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FileError) -> Int {
    do { return try file.readFully(into: buffer, at: offset + position) } catch { throw .system(.read, path, error) }
  }

  /// All bytes of a small content.
  ///
  /// - Parameter name: the member's, for the error.
  /// - Throws: `ArchiveError`: where it has more than `limit` bytes, is gone, or is shorter by now.
  public func bytes(limit: Int, name: String? = nil) throws(ArchiveError) -> [UInt8] {
    guard size <= Int64(limit) else { throw .unreadable(path, .tooLarge(limit: limit, name: name)) }
    var bytes = [UInt8](repeating: 0, count: Int(size))
    let count: Int
    do {
      guard let file = try open() else { throw FileError.fileReplaced(path) }
      count = try bytes.withUnsafeMutableBytes { try file.readFully(into: $0, at: offset) }
    } catch { throw ArchiveError(error, .read, path) }
    guard count == bytes.count else { throw .unreadable(path, .truncated) }
    return bytes
  }
}
