import FoundationEssentials
import ImageModel

/// An entry of `manifest.json`, Docker's own list of the images of an archive (moby, image-spec v1.2).
public struct DockerEntry: Sendable, Hashable {
  /// The member that holds the config.
  public let config: String
  public let repoTags: [String]
  /// The members that hold the layers, the base first.
  public let layers: [String]

  /// - Throws: ``ArchiveFault/unreadableDockerManifest``; ``ArchiveFault/byteOrderMark(name:)``;
  ///   ``ArchiveFault/tooManyMembers(limit:)``.
  package static func read(_ bytes: [UInt8]) throws(ArchiveFault) -> [DockerEntry] {
    do { try JSONScanner.check(bytes, numbers: .finite) } catch { throw .ofDockerManifest(bytes) }
    guard let fields = try? JSONDecoder().decode([Fields].self, from: Data(bytes)) else {
      throw .unreadableDockerManifest
    }
    let limits = DocumentLimits.standard
    guard fields.count <= limits.indexEntries else { throw .tooManyMembers(limit: limits.indexEntries) }
    guard fields.allSatisfy({ $0.layers?.count ?? 0 <= limits.layers }) else {
      throw .tooManyMembers(limit: limits.layers)
    }
    // Each becomes a value of its own, however often one member is named.
    guard fields.reduce(0, { $0 + ($1.layers?.count ?? 0) }) <= TarScanner.memberLimit else {
      throw .tooManyMembers(limit: TarScanner.memberLimit)
    }
    // They are looked up in sets: Swift takes quadratic time to hash a long text of combining marks.
    guard fields.allSatisfy(\.hasShortNames) else { throw .unreadableDockerManifest }
    return fields.map { DockerEntry(config: $0.config, repoTags: $0.repoTags ?? [], layers: $0.layers ?? []) }
  }

  /// The image of the entry.
  ///
  /// - Throws: ``ArchiveFault/notAFile(name:)``; `Errno`; ``ArchiveError``.
  func image(in files: StoredFiles, _ log: inout FaultLog) throws -> StoredImage {
    var stored: [StoredLayer] = []
    for layer in layers {
      let content = try log.noting { try files.content(layer, followsLinks: true) }
      stored.append(StoredLayer(descriptor: nil, memberName: layer, content: content))
    }
    var names: [ImageReference] = []
    var unreadable: [String] = []
    for tag in repoTags {
      if let name = try? ImageReference(parsing: tag) { names.append(name) } else { unreadable.append(tag) }
    }
    return StoredImage(
      names: names, unreadableNames: unreadable, root: nil, document: nil, manifest: nil, configName: config,
      config: try log.noting { try files.content(config, followsLinks: true) }, layers: stored)
  }

  private struct Fields: Decodable {
    let config: String
    let repoTags: [String]?
    let layers: [String]?

    /// Names in use stay below 300 bytes.
    var hasShortNames: Bool {
      ([config] + (layers ?? []) + (repoTags ?? [])).allSatisfy { $0.utf8.count <= 512 }
    }

    private enum CodingKeys: String, CodingKey {
      case config = "Config"
      case repoTags = "RepoTags"
      case layers = "Layers"
    }
  }
}
