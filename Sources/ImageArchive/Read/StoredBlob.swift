import FileAccess
import ImageModel
import SystemPackage

/// Where the bytes of a blob are said to stand on disk. Nothing is believed of them before their digest is right.
public struct StoredBlob: Sendable, Hashable {
  public let digest: Digest
  public let content: StoredContent

  package init(digest: Digest, content: StoredContent) {
    (self.digest, self.content) = (digest, content)
  }

  /// Bytes.
  public var size: Int64 { content.size }
  /// Where its first byte is in the file.
  public var offset: Int64 { content.offset }
  /// The archive, or the file in the layout.
  public var path: FilePath { content.path }

  /// Opens the file to read it; nil where it is gone, or is another one by now.
  ///
  /// - Throws: ``FileError`` where the system does not open it, for want of open files for example.
  public func open() throws(FileError) -> ArchiveBytes? { try content.open() }

  /// Reads bytes of the blob from `file` into all of `buffer`, and returns how many there were before the file's end.
  ///
  /// - Throws: `FileError`.
  public func read(
    from file: ArchiveBytes, at position: Int64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FileError) -> Int {
    try content.read(from: file, at: position, into: buffer)
  }
}
