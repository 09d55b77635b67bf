import FileAccess
import SystemPackage

/// Where an archive is to stand, and the names of the files that stand beside it until it is complete.
public struct OutputPath: Sendable, Hashable {
  /// The finished archive; of several volumes the first.
  public let path: FilePath
  /// The folder of all three files.
  public let folder: FilePath
  let name: String
  /// The size of a volume in bytes; nil where the archive is one file.
  public let volumeSize: Int64?

  /// Takes a path apart; nothing is looked at on disk.
  ///
  /// - Parameter volumeSize: how large a volume may be, in bytes: the archive becomes `PATH.001`, `PATH.002` …
  public init(_ path: FilePath, volumeSize: Int64? = nil) throws(FileError) {
    let place = try FilePlace(path)
    name = place.name + (volumeSize == nil ? "" : ArchiveVolumes.firstEnding)
    self.path = path.removingLastComponent().appending(name)
    self.volumeSize = volumeSize
    folder = place.folder
  }

  /// The unfinished archive: `NAME.tar.part`.
  public var partialPath: FilePath { folder.appending(partialName) }

  /// What the unfinished archive holds: `NAME.tar.part.journal`.
  public var journalPath: FilePath { folder.appending(journalName) }

  var partialName: String { name + ".part" }
  var journalName: String { partialName + ".journal" }

  /// Whether a regular file stands at the path.
  package var holdsFile: Bool {
    get throws(FileError) { try Folder(opening: folder).status(of: name)?.type == .regular }
  }

  /// Checks whether archives can be written to a folder, without writing anything.
  ///
  /// - Throws: ``FileError`` where there is no such folder, or nothing can be made in it.
  public static func checkFolder(_ path: FilePath) throws(FileError) {
    try Folder(opening: path.isEmpty ? "." : path).checkWritable()
  }

  /// Checks whether an archive can be written to a path, without writing anything.
  ///
  /// At the path there must be a regular file, which the finished archive replaces, or nothing. The folder must be
  /// there and writable, and an unfinished file in it must be one that ``PartialArchive`` would open.
  public static func check(_ path: FilePath, volumeSize: Int64? = nil) throws(FileError) -> OutputPath {
    let output = try OutputPath(path, volumeSize: volumeSize)
    let folder = try Folder(opening: output.folder)
    switch try folder.status(of: output.name)?.type {
    case nil, .regular?: break
    case .directory?: throw .outputIsDirectory(path)
    default: throw .outputIsNotRegular(path)
    }
    for name in [output.partialName, output.journalName] {
      if let status = try folder.status(of: name), try !folder.trusts(status) {
        throw .untrustedFile(output.folder.appending(name))
      }
    }
    try folder.checkWritable()
    return output
  }
}
