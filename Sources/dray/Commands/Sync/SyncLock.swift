import DrayMessages
import FileAccess
import ImageCopy
import ImageLists
import ImageModel
import SystemPackage

/// The digests that names stood for when they were synchronized first: a list that says so is also one for `dray sync`.
struct SyncLock: Sendable {
  private struct Key: Hashable {
    let name: String
    let platform: Platform?
  }

  private let path: String
  private var pins: [Key: Digest] = [:]
  /// In the order in which they were added.
  private var order: [Key] = []

  /// Reads the file, where there is one.
  ///
  /// - Throws: ``SelectionError``.
  init(_ path: String) throws(SelectionError) {
    self.path = path
    guard !path.isEmpty else { throw .emptyLock }
    let bytes: [UInt8]
    do { bytes = try FileDescriptor.bytes(of: FilePath(path), limit: ImageList.limit + 1) } catch {
      guard (error as? Errno) == .noSuchFileOrDirectory else {
        throw .unreadableList(path: path, (error as? Errno)?.rawValue ?? 0)
      }
      return
    }
    let listed: [ListedImage]
    do { listed = try ImageList.read(bytes, environment: { _ in nil }) } catch { throw .list(path: path, error) }
    for image in listed {
      let reference: ImageReference
      do { reference = try ImageReference(parsing: image.name) } catch {
        throw .listedName(path: path, line: image.line, error)
      }
      if let digest = reference.digest {
        add(Key(name: reference.qualifiedName, platform: image.platforms.first), digest)
      }
    }
  }

  private mutating func add(_ key: Key, _ digest: Digest) {
    if pins.updateValue(digest, forKey: key) == nil { order.append(key) }
  }

  /// The entry with the digest that its name is pinned to; itself where it is not, or names a digest.
  func pinned(_ entry: SyncRequest.Entry) -> SyncRequest.Entry {
    guard entry.source.digest == nil,
      let digest = pins[Key(name: entry.source.qualifiedName, platform: entry.platform)]
    else { return entry }
    return SyncRequest.Entry(source: entry.source.with(digest: digest), target: entry.target, platform: entry.platform)
  }

  /// Takes in what names have been found to stand for, and writes the file anew once it is whole.
  ///
  /// - Throws: `ArchiveError`.
  mutating func write(_ images: SyncedImages) throws {
    for image in images {
      let source = image.entry.source
      guard let digest = image.digest, source.tag != nil else { continue }
      add(Key(name: source.qualifiedName, platform: image.entry.platform), digest)
    }
    guard !order.isEmpty else { return }
    let lines = order.compactMap { key in
      pins[key].map { "\(key.name)@\($0)" + (key.platform.map { " --platform=\($0)" } ?? "") }
    }
    let text = (["# dray sync --lock brings exactly these images; delete a line to follow its tag again."] + lines)
      .map { "\($0)\n" }.joined()
    try FilePlace(FilePath(path)).write(Array(text.utf8))
  }
}
