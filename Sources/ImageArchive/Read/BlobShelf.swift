import FileAccess
import ImageModel
import SystemPackage

/// Archives and image layouts on disk, as a place to find blobs by their digest.
///
/// Building it reads headers and `index.json` files and nothing else. It keeps no file open.
public struct BlobShelf: Sendable {
  /// The most archives that are looked into in one folder, the newest first.
  public static let archivesPerFolder = 1_000
  /// The same for a folder that nobody named.
  public static let siblings = 64

  private var archives: [ArchiveIndex] = []
  private var layouts: [LayoutFolder] = []
  /// What was found in folders, held an image that was looked for, and could not be read.
  public private(set) var faults: [ArchiveError] = []

  public init() {}

  /// Whether there is nothing to reuse.
  public var isEmpty: Bool { archives.isEmpty && layouts.isEmpty }

  /// Adds what stands at a path: an archive, an image layout, or a folder of archives (`*.tar`).
  ///
  /// A damaged archive in a folder of archives is noted in ``faults``; what is no archive there does not count.
  ///
  /// - Throws: ``ArchiveError`` where the path cannot be read, or is none of these.
  public mutating func add(_ path: FilePath) throws(ArchiveError) {
    let status: Stat
    do { status = try path.stat() } catch { throw .file(.system(.open, path, error)) }
    guard status.type == .directory else {
      if let archive = try ArchiveIndex.read(.named(path)) { archives.append(archive) }
      return
    }
    if try LayoutFolder.isLayout(path) { return layouts.append(LayoutFolder(path: path)) }
    for name in try Self.archiveNames(in: path, limit: Self.archivesPerFolder) {
      add(.found(folder: path, name: name), of: nil)
    }
  }

  /// Adds the archives in a folder that hold images of these repositories.
  ///
  /// What is no archive, or is one of other images, does not count.
  ///
  /// - Parameters:
  ///   - name: of a file there that is looked at whatever its name ends in.
  ///   - repositories: as in ``ImageReference/qualifiedRepository``.
  mutating func addArchives(in folder: FilePath, and name: String, repositories: Set<String>) {
    let names = (try? Self.archiveNames(in: folder, limit: Self.siblings)) ?? []
    let own = names.contains(name) ? [] : [name]
    for name in names + own { add(.found(folder: folder, name: name), of: repositories) }
  }

  /// Where a blob of this size is said to stand.
  public func blob(_ digest: Digest, size: Int64) -> StoredBlob? {
    for archive in archives {
      if let blob = archive.blob(digest, size: size) { return blob }
    }
    for layout in layouts {
      if let blob = layout.blob(digest, size: size) { return blob }
    }
    return nil
  }

  private mutating func add(_ place: StoredPlace, of repositories: Set<String>?) {
    do {
      if let archive = try ArchiveIndex.read(place, of: repositories) { archives.append(archive) }
    } catch {
      switch error {
      case .unreadable(_, .notAnArchive), .unreadable(_, .compressed),
        .file(.system(.open, _, .noSuchFileOrDirectory)):
        return
      // A link. No link that is found in a folder is followed.
      case .file(.system(.open, _, .tooManySymbolicLinkLevels)): return
      default: faults.append(error)
      }
    }
  }

  /// The files of a folder that end in `.tar`, the newest first.
  private static func archiveNames(in path: FilePath, limit: Int) throws(ArchiveError) -> [String] {
    var files: [(name: String, changed: Int)] = []
    do {
      let folder = try Folder(opening: path)
      for name in try folder.names() where name.hasSuffix(".tar") {
        guard let status = try folder.status(of: name), status.type == .regular else { continue }
        files.append((name, status.st_mtim.tv_sec))
      }
    } catch { throw ArchiveError(error, .read, path) }
    return files.sorted { ($1.changed, $0.name) < ($0.changed, $1.name) }.prefix(limit).map(\.name)
  }
}
