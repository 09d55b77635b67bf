import FileAccess
import SystemPackage

/// A file that is read, by the way that leads to it.
enum StoredPlace: Sendable, Hashable {
  /// What the user named; a link is theirs to set. The first of several volumes stands for all of them.
  case named(FilePath)
  /// A file found in a folder. No link is followed.
  case found(folder: FilePath, name: String)
  /// A file of an image layout, by its path in it. No link is followed below its folder, but for the folders of blobs.
  case layout(FilePath, String)

  var path: FilePath {
    switch self {
    case .named(let path): path
    case .found(let folder, let name): folder == "." ? FilePath(name) : folder.appending(name)
    case .layout(let folder, let name): folder.pushing(FilePath(name))
    }
  }

  /// - Throws: `Errno`; ``ArchiveFault``; ``ArchiveError`` where the folder cannot be opened.
  func open() throws -> ArchiveBytes {
    switch self {
    case .named(let path):
      let folder = path.removingLastComponent()
      guard let name = path.lastComponent?.string else { return try ArchiveBytes([Self.open(path)]) }
      return try ArchiveBytes(ArchiveVolumes.open(name) { try Self.open(folder.appending($0)) })
    case .found(let path, let name):
      let folder = try Folder(opening: path)
      return try ArchiveBytes(ArchiveVolumes.open(name) { try folder.openToRead($0) })
    case .layout(let folder, let name):
      var parent = try Folder(opening: folder)
      let parts = name.split(separator: "/").map(String.init)
      let followsLinks = LayoutFolder.areBlobs(parts)
      for part in parts.dropLast() { parent = try parent.folder(part, followsLink: followsLinks) }
      return try ArchiveBytes([parent.openToRead(parts.last ?? "")])
    }
  }

  private static func open(_ path: FilePath) throws -> FileDescriptor {
    try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
  }
}

/// Tells a file from another one that takes its place, and from itself after a change.
package struct FileIdentity: Sendable, Hashable {
  private let device: DeviceID
  private let inode: Inode
  private let size: Int64
  /// The time of the last change, in seconds and nanoseconds.
  private let changed: [Int]

  package init(_ status: Stat) {
    device = status.deviceID
    inode = status.inode
    size = status.size
    changed = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
  }

  /// Whether it is the same file, whatever was written to it meanwhile.
  package func isSameFile(as other: FileIdentity) -> Bool { device == other.device && inode == other.inode }
}
