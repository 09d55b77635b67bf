import ImageModel
import SystemPackage

/// Where the bytes of a blob are said to stand on disk. Nothing is believed of them before their digest is right.
public struct StoredBlob: Sendable, Hashable {
  public let digest: Digest
  /// Bytes.
  public let size: Int64
  /// Where its first byte is in the file.
  public let offset: Int64
  /// The archive, or the file in the layout.
  public var path: FilePath { place.path }
  let place: StoredPlace
  let identity: FileIdentity

  /// Opens the file to read it; nil where it is gone, or is another one by now.
  public func open() -> FileDescriptor? {
    guard let file = try? place.open() else { return nil }
    guard let status = try? file.stat(), status.type == .regular, FileIdentity(status) == identity else {
      try? file.close()
      return nil
    }
    return file
  }

  /// Reads bytes of the blob from `file` into all of `buffer`, and returns how many there were before the file's end.
  ///
  /// - Throws: `ArchiveError`.
  public func read(
    from file: FileDescriptor, at position: Int64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ArchiveError) -> Int {
    do { return try file.readFully(into: buffer, at: offset + position) } catch { throw .system(.read, path, error) }
  }
}

/// A file that is read, by the way that leads to it.
enum StoredPlace: Sendable, Hashable {
  /// What the user named; a link is theirs to set.
  case named(FilePath)
  /// A file found in a folder. No link is followed.
  case found(folder: FilePath, name: String)
  /// A file of an image layout. No link is followed below its folder.
  case layout(FilePath, MemberName)

  var path: FilePath {
    switch self {
    case .named(let path): path
    case .found(let folder, let name): folder == "." ? FilePath(name) : folder.appending(name)
    case .layout(let folder, let name): folder.pushing(FilePath(name.text))
    }
  }

  /// - Throws: `Errno`; ``ArchiveError`` where the folder cannot be opened.
  func open() throws -> FileDescriptor {
    switch self {
    case .named(let path): return try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
    case .found(let folder, let name): return try Folder(opening: folder).openToRead(name)
    case .layout(let folder, let member):
      var parent = try Folder(opening: folder)
      let parts = member.text.split(separator: "/").map(String.init)
      for part in parts.dropLast() { parent = try parent.folder(part) }
      return try parent.openToRead(parts.last ?? "")
    }
  }
}

/// Tells a file from another one that takes its place, and from itself after a change.
struct FileIdentity: Sendable, Hashable {
  private let device: DeviceID
  private let inode: Inode
  private let size: Int64
  /// The time of the last change, in seconds and nanoseconds.
  private let changed: [Int]

  init(_ status: Stat) {
    device = status.deviceID
    inode = status.inode
    size = status.size
    changed = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
  }
}
