import FoundationEssentials
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
    do { status = try path.stat() } catch { throw .system(.open, path, error) }
    guard status.type == .directory else {
      if let archive = try ArchiveIndex.read(.named(path)) { archives.append(archive) }
      return
    }
    if try LayoutFolder.isLayout(path) { return layouts.append(LayoutFolder(path: path)) }
    for name in try Self.archiveNames(in: path, limit: Self.archivesPerFolder) {
      add(.found(folder: path, name: name), of: nil)
    }
  }

  /// Adds the archives in the folder of an output that hold images of these repositories, an older file at the output
  /// path included.
  ///
  /// What is no archive, or is one of other images, does not count.
  ///
  /// - Parameter repositories: as in ``ImageReference/qualifiedRepository``.
  public mutating func addSiblings(of output: OutputPath, repositories: Set<String>) {
    let names = (try? Self.archiveNames(in: output.folder, limit: Self.siblings)) ?? []
    let own = names.contains(output.name) ? [] : [output.name]
    for name in names + own { add(.found(folder: output.folder, name: name), of: repositories) }
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
      case .unreadable(_, .notAnArchive), .unreadable(_, .compressed), .system(.open, _, .noSuchFileOrDirectory): return
      // A link. No link that is found in a folder is followed.
      case .system(.open, _, .tooManySymbolicLinkLevels): return
      default: faults.append(error)
      }
    }
  }

  /// The files of a folder that end in `.tar`, the newest first.
  private static func archiveNames(in path: FilePath, limit: Int) throws(ArchiveError) -> [String] {
    let folder = try Folder(opening: path)
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: path.string) } catch {
      throw .system(.read, path, .ioError)
    }
    var files: [(name: String, changed: Int)] = []
    for name in names where name.hasSuffix(".tar") {
      guard let status = try folder.status(of: name), status.type == .regular else { continue }
      files.append((name, status.st_mtim.tv_sec))
    }
    return files.sorted { ($1.changed, $0.name) < ($0.changed, $1.name) }.prefix(limit).map(\.name)
  }
}
