import ImageArchive
import ImageModel
import SystemPackage

/// Which image of an archive is meant.
package struct ImageChoice: Sendable, Hashable {
  /// A name as the archive has it or as one would pull it, or a digest; nil for the only one.
  package var name: String?
  /// Nil for the machine's own, which a single image need not have.
  package var platform: Platform?

  package init(name: String? = nil, platform: Platform? = nil) {
    self.name = name
    self.platform = platform
  }

  /// The image, and its config.
  ///
  /// - Throws: ``ImageContentError`` where none fits or several do; `ArchiveError` where a config cannot be read.
  package func choose(from archive: StoredArchive) throws -> (image: StoredImage, config: ImageConfig) {
    let named = try named(in: archive)
    let candidates = try named.map { ($0, try $0.parsedConfig(in: archive)) }
    if candidates.count == 1, platform == nil { return candidates[0] }
    for wanted in (platform ?? .host).fallbacks {
      let match = candidates.first { _, config in
        guard let found = config.platform else { return false }
        return found.os == wanted.os && found.architecture == wanted.architecture && found.variant == wanted.variant
      }
      if let match { return match }
    }
    throw ImageContentError.noSuchPlatform(
      archive: archive.path.string, wanted: platform ?? .host,
      available: Platform.distinct(candidates.compactMap(\.1.platform)))
  }

  /// The images of one name: more than one, where it is that of an index.
  private func named(in archive: StoredArchive) throws(ImageContentError) -> [StoredImage] {
    let images = archive.images
    guard !images.isEmpty else { throw .noImage(archive: archive.path.string) }
    guard let name else {
      let keys = Set(images.map(\.key))
      guard keys.count == 1 else {
        throw .severalImages(archive: archive.path.string, available: archive.imageNames)
      }
      return images
    }
    let matches = images.filter { $0.isNamed(name) }
    guard !matches.isEmpty else {
      throw .noSuchImage(archive: archive.path.string, name: name, available: archive.imageNames)
    }
    guard Set(matches.map(\.key)).count == 1 else {
      throw .severalImages(archive: archive.path.string, available: archive.imageNames)
    }
    return matches
  }
}

extension StoredImage {
  /// What tells the images of one archive apart, but for the platforms of one index.
  fileprivate var key: [String] {
    root.map { ["\($0.descriptor.digest)"] } ?? layers.map(\.memberName) + (config.map { ["\($0.offset)"] } ?? [])
  }

  fileprivate func isNamed(_ name: String) -> Bool {
    if unreadableNames.contains(name) { return true }
    if let digest = try? Digest(parsing: name) {
      return [root, document].contains { $0?.descriptor.digest == digest }
    }
    return (try? ImageReference(parsing: name)).map { names.contains($0) } ?? false
  }

  /// - Throws: ``ImageContentError``; `ArchiveError`.
  fileprivate func parsedConfig(in archive: StoredArchive) throws -> ImageConfig {
    let path = archive.path.string
    guard let content = config else { throw ImageContentError.noConfig(archive: path) }
    let bytes = try content.bytes(limit: DocumentLimits.standard.configBytes)
    if let digest = manifest?.config.digest, Digest.hash(bytes, algorithm: digest.algorithm) != digest {
      throw ImageContentError.wrongConfig(archive: path, digest)
    }
    do { return try ImageConfig(parsing: bytes) } catch { throw ImageContentError.config(archive: path, error) }
  }
}

extension StoredArchive {
  /// What its images can be asked for by.
  package var imageNames: [String] {
    var seen: Set<String> = []
    return images.flatMap { image -> [String] in
      let names = image.names.map(\.familiarName) + image.unreadableNames
      return names.isEmpty ? (image.root ?? image.document).map { ["\($0.descriptor.digest)"] } ?? [] : names
    }.filter { seen.insert($0).inserted }
  }
}

extension Platform {
  fileprivate static func distinct(_ platforms: [Platform]) -> [Platform] {
    var seen: Set<String> = []
    return platforms.filter { seen.insert("\($0)").inserted }
  }
}
