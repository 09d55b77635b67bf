import ImageArchive
import ImageModel

/// The configs of an archive's images, with a diff id for each layer.
struct ConversionConfigs {
  private let archive: StoredArchive
  private var configs: StoredConfigs

  init(_ archive: StoredArchive) {
    self.archive = archive
    configs = StoredConfigs(archive)
  }

  /// - Throws: ``ConversionError``; `ArchiveError`.
  mutating func config(of image: StoredImage) throws -> StoredConfigs.Config {
    let found: StoredConfigs.Config?
    do { found = try configs.config(of: image) } catch ArchiveError.unreadable(_, .unreadableConfig(_, let error)) {
      throw ConversionError.config(archive.path, error)
    }
    guard let found else { throw archive.missing(image.configName) }
    let diffIDs = found.content.diffIDs
    guard image.layers.count == diffIDs.count else {
      throw ConversionError.layersDoNotMatchConfig(archive.path, layers: image.layers.count, diffIDs: diffIDs.count)
    }
    return found
  }
}

extension StoredArchive {
  func missing(_ name: String) -> ArchiveError { .unreadable(path, .missing(name: name)) }
}
