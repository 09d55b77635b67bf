import FileAccess
import FoundationEssentials
import ImageArchive
import ImageModel
import SystemPackage

/// An archive, a layout or a list on disk, as a base of a delta.
package enum BaseArchive {
  /// - Throws: `ArchiveError`; ``BaseError``.
  package static func images(at path: String) throws -> [BaseImage] {
    if let list = try list(at: FilePath(path)) { return try BaseList.images(list, name: path) }
    let images = try images(of: StoredArchive(opening: FilePath(path)))
    guard !images.isEmpty else { throw BaseError.noImage(name: path) }
    return images
  }

  /// What an archive names counts, whether it holds it or not: who loaded a delta has what it builds on.
  ///
  /// - Parameter chosen: the images that count; nil for all.
  /// - Throws: `ArchiveError`; ``BaseError``.
  package static func images(of archive: StoredArchive, _ chosen: [StoredImage]? = nil) throws -> [BaseImage] {
    let name = archive.path.string
    var configs = StoredConfigs(archive)
    return try (chosen ?? archive.images).map { image in
      let config: StoredConfigs.Config
      do {
        guard let found = try configs.config(of: image) else { throw BaseError.noConfig(name: name) }
        config = found
      } catch ArchiveError.unreadable(_, .unreadableConfig(_, let error)) {
        throw BaseError.config(name: name, error)
      }
      let digest = image.document?.descriptor.digest ?? config.digest
      return BaseImage(
        name: BaseImage.name(image.names.first, digest), diffIDs: config.content.diffIDs,
        layers: image.manifest?.layers.map(\.digest))
    }
  }

  /// The bytes of a file that begins as a JSON list does; nil for anything else.
  private static func list(at path: FilePath) throws(FileError) -> [UInt8]? {
    do {
      guard try path.stat().type == .regular else { return nil }
      let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
      return try file.closeAfter {
        let start = try file.bytes(limit: 512)
        guard let first = start.first(where: { $0 > 0x20 }), "[{".utf8.contains(first) else { return nil }
        // One byte more than the limit tells that there is more.
        return try start + file.bytes(limit: BaseList.sizeLimit + 1 - start.count)
      }
    } catch { throw .system(.open, path, error as? Errno ?? .ioError) }
  }
}
