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

  /// Opens the file to read it; nil where it is gone, or is another one by now.
  public func open() -> ArchiveBytes? {
    guard let file = try? place.open(), file.identity == identity else { return nil }
    return file
  }

  /// Reads bytes of the content from `file` into all of `buffer`, and returns how many there were before the file's end.
  ///
  /// - Throws: `ArchiveError`.
  public func read(
    from file: ArchiveBytes, at position: Int64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ArchiveError) -> Int {
    do { return try file.readFully(into: buffer, at: offset + position) } catch { throw .system(.read, path, error) }
  }

  /// All bytes of a small content.
  ///
  /// - Throws: `ArchiveError`: where it has more than `limit` bytes, is gone, or is shorter by now.
  public func bytes(limit: Int) throws(ArchiveError) -> [UInt8] {
    guard size <= Int64(limit) else { throw .unreadable(path, .tooLarge(limit: limit)) }
    guard let file = open() else { throw .fileReplaced(path) }
    var bytes = [UInt8](repeating: 0, count: Int(size))
    let count: Int
    do { count = try bytes.withUnsafeMutableBytes { try file.readFully(into: $0, at: offset) } } catch {
      throw .system(.read, path, error as? Errno ?? .ioError)
    }
    guard count == bytes.count else { throw .unreadable(path, .truncated) }
    return bytes
  }
}
