import SystemPackage

/// Where a file is to stand: a name in a folder.
package struct FilePlace: Sendable, Hashable {
  package let path: FilePath
  package let folder: FilePath
  package let name: String

  /// Takes a path apart; nothing is looked at on disk.
  ///
  /// - Throws: ``FileError/outputIsDirectory(_:)``.
  package init(_ path: FilePath) throws(FileError) {
    guard let last = path.lastComponent, last.kind == .regular else { throw .outputIsDirectory(path) }
    name = last.string
    self.path = path
    let parent = path.removingLastComponent()
    folder = parent.isEmpty ? "." : parent
  }

  /// Opens the folder, where there is a regular file or nothing of the name.
  package func openFolder() throws(FileError) -> Folder {
    let folder = try Folder(opening: folder)
    switch try folder.status(of: name)?.type {
    case nil, .regular?: return folder
    case .directory?: throw .outputIsDirectory(path)
    default: throw .outputIsNotRegular(path)
    }
  }

  /// Puts a small file there, whole, so that it lasts. A file that stands there already is replaced.
  package func write(_ bytes: [UInt8]) throws(FileError) {
    let folder = try openFolder()
    try folder.checkWritable()
    try folder.replace(name, with: bytes)
  }
}
