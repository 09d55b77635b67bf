import FileAccess
import ImageArchive
import ImageModel
import SystemPackage

/// Bytes on disk that go into what is written, and the digest that they must have there.
package struct ContentOnDisk: Sendable {
  enum Source: Sendable {
    case stored(StoredContent)
    /// Made on the way.
    case made(NamelessFile)
  }

  let descriptor: Descriptor
  let source: Source
  /// What holds it, for errors: the archive, and its member.
  package let path: FilePath
  let name: String

  init(descriptor: Descriptor, source: Source, path: FilePath, name: String) {
    self.descriptor = descriptor
    self.source = source
    self.path = path
    self.name = name
  }

  package init(_ blob: StoredBlob, _ descriptor: Descriptor) {
    self.init(
      descriptor: descriptor, source: .stored(blob.content), path: blob.path, name: "\(descriptor.digest)")
  }

  /// Opens it to read it, at once or in pieces.
  ///
  /// - Returns: the bytes, and where in them the first one is.
  /// - Throws: `FileError`, also where the file is gone, or is another one by now.
  func open() throws(FileError) -> (bytes: ArchiveBytes, offset: Int64) {
    switch source {
    case .stored(let content):
      guard let bytes = try content.open() else { throw .fileReplaced(path) }
      return (bytes, content.offset)
    case .made(let file): return (try file.bytes(), 0)
    }
  }
}
