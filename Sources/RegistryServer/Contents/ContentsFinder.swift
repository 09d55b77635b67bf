import FileAccess
import ImageArchive
import SystemPackage

/// Finds archives, volumes and image layouts at the paths that a server was given.
enum ContentsFinder {
  /// The most entries of a folder that are looked at.
  private static let entryLimit = 10_000
  /// Enough to tell what a folder is for.
  private static let innerLimit = 100
  /// What systems keep on every disk.
  private static let systemFolders: Set<String> = ["lost+found", "System Volume Information", "$RECYCLE.BIN"]

  /// What stands at a path: itself, or what a folder holds that is neither an archive nor a layout. No link in it is
  /// followed, and what is unfinished does not count.
  static func look(at path: FilePath, limit: Int = entryLimit) -> PlaceLook {
    var look = PlaceLook(places: [path])
    guard let status = try? path.stat() else { return look }
    look.device = status.deviceID
    guard status.type == .directory, !StoredArchive.mayStand(at: path) else { return look }
    guard let folder = try? Folder(opening: path), let all = try? folder.names(limit: limit + 1) else {
      return PlaceLook(places: [path])
    }
    look.places = []
    if all.count > limit { look.notices.append(.crowded(path, limit: limit)) }
    let names = all.prefix(limit).filter { !$0.hasPrefix(".") }.sorted()
    let known = Set(names)
    var stems: Set<Substring> = []
    for name in names {
      let place = path.appending(name)
      let status: Stat?
      do { status = try folder.status(of: name) } catch {
        if isArchive(name) { look.places.append(place) }
        continue
      }
      switch status?.type {
      case .regular where isArchive(name): look.places.append(place)
      case .regular:
        if let compression = ArchiveCompression(ofArchive: name) {
          look.leftOut.append((place, .compressed(compression)))
        } else if let stem = volumeStem(name), !known.contains(stem + "001"), stems.insert(stem).inserted {
          look.leftOut.append((place, .volume(first: stem + "001")))
        }
      case .directory:
        if StoredArchive.mayStand(at: place) {
          look.places.append(place)
        } else if mayHoldImages(place, named: name) {
          look.leftOut.append((place, .folder))
        }
      case .symbolicLink where isArchive(name) || FileLook.isFolder(place.string):
        look.leftOut.append((place, .link))
      default: break
      }
    }
    return look
  }

  private static func isArchive(_ name: String) -> Bool { name.hasSuffix(".tar") || name.hasSuffix(".tar.001") }

  /// What the names of all volumes of an archive begin with; nil for what is no volume.
  private static func volumeStem(_ name: String) -> Substring? {
    let (stem, number) = (name.dropLast(3), name.suffix(3))
    return stem.hasSuffix(".tar.") && number.allSatisfy { ("0"..."9").contains($0) } ? stem : nil
  }

  /// Whether somebody may expect that images in this folder are served. One with blobs alone is a layout that is being copied.
  private static func mayHoldImages(_ place: FilePath, named name: String) -> Bool {
    guard !systemFolders.contains(name), let folder = try? Folder(opening: place),
      let entries = try? folder.descriptor.entries(limit: innerLimit).filter({ !$0.text.hasPrefix(".") }),
      !entries.contains(where: { $0.text == "blobs" })
    else { return false }
    return entries.contains {
      $0.isFolder != false || isArchive($0.text) || ArchiveCompression(ofArchive: $0.text) != nil
    }
  }
}

/// What one look at a path found.
struct PlaceLook: Sendable {
  var places: [FilePath]
  /// In the order of their names.
  var leftOut: [(place: FilePath, kind: ContentsNotice.LeftOut)] = []
  var notices: [ContentsNotice] = []
  /// The file system on which the path stands; nil where nothing is there, or it cannot be read.
  var device: DeviceID?

  /// Whether nothing is there where something was, as of a disk that was pulled out: it may leave an empty folder of another
  /// file system behind. What was removed from a folder that is still there is gone for good.
  ///
  /// - Parameter former: the file system that was there.
  func isGone(since former: DeviceID?) -> Bool { device == nil || places.isEmpty && former != nil && device != former }
}

extension ArchiveCompression {
  /// How an archive of this name is compressed; nil for one that is not, and for no archive.
  fileprivate init?(ofArchive name: String) {
    let endings: [(String, ArchiveCompression)] = [
      (".tar.gz", .gzip), (".tgz", .gzip), (".tar.zst", .zstd), (".tzst", .zstd), (".tar.xz", .xz), (".txz", .xz),
      (".tar.bz2", .bzip2), (".tbz2", .bzip2), (".tbz", .bzip2), (".tar.lz4", .lz4),
    ]
    guard let found = endings.first(where: { name.hasSuffix($0.0) }) else { return nil }
    self = found.1
  }
}
