import ImageModel

/// The configs of an archive's images as they are asked for: what many images share is read once.
package struct StoredConfigs {
  /// What the configs that are kept may have together, in bytes. Beyond it all are let go.
  private static let limit: Int64 = 64 << 20

  package struct Config: Sendable {
    package let content: ImageConfig
    /// Of its bytes.
    package let digest: Digest
  }

  private struct Key: Hashable {
    let content: StoredContent
    /// That of the manifest; nil where there is only a `manifest.json`.
    let digest: Digest?
    let name: String
  }

  private let archive: StoredArchive
  private var known: [Key: Result<Config, ArchiveError>] = [:]
  private var bytes: Int64 = 0

  package init(_ archive: StoredArchive) {
    self.archive = archive
  }

  /// The config of an image; nil where the archive does not hold it.
  ///
  /// - Throws: where it cannot be read, or its bytes are not those of its digest.
  package mutating func config(of image: StoredImage) throws(ArchiveError) -> Config? {
    guard let content = image.config else { return nil }
    let key = Key(content: content, digest: image.manifest?.config.digest, name: image.configName)
    if let result = known[key] { return try result.get() }
    let result = Result { () throws(ArchiveError) in try read(image) }
    if bytes + content.size > Self.limit {
      known = [:]
      bytes = 0
    }
    bytes += content.size
    known[key] = result
    return try result.get()
  }

  /// What an image runs on: what the index says of it, or else its config; nil where neither says it.
  ///
  /// - Throws: where the config cannot be read.
  package mutating func platform(of image: StoredImage) throws(ArchiveError) -> Platform? {
    if let platform = image.document?.descriptor.platform { return platform }
    return try config(of: image)?.content.platform
  }

  private func read(_ image: StoredImage) throws(ArchiveError) -> Config {
    guard let bytes = try archive.configBytes(of: image) else {
      throw .unreadable(archive.path, .missing(name: image.configName))
    }
    do { return Config(content: try ImageConfig(parsing: bytes), digest: .hash(bytes)) } catch {
      throw .unreadable(archive.path, .unreadableConfig(name: image.configName, error))
    }
  }
}
