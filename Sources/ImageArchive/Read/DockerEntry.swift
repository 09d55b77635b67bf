import FoundationEssentials
import ImageModel

/// An entry of `manifest.json`, Docker's own list of the images of an archive (moby, image-spec v1.2).
public struct DockerEntry: Sendable, Hashable {
  /// The member that holds the config.
  public let config: String
  public let repoTags: [String]
  /// The members that hold the layers, the base first.
  public let layers: [String]

  /// - Throws: ``ArchiveFault/unreadableDockerManifest``; ``ArchiveFault/tooManyMembers(limit:)``.
  package static func read(_ bytes: [UInt8]) throws(ArchiveFault) -> [DockerEntry] {
    do { try JSONScanner.check(bytes, numbers: .finite) } catch { throw .unreadableDockerManifest }
    guard let fields = try? JSONDecoder().decode([Fields].self, from: Data(bytes)) else {
      throw .unreadableDockerManifest
    }
    let limits = DocumentLimits.standard
    guard fields.count <= limits.indexEntries else { throw .tooManyMembers(limit: limits.indexEntries) }
    guard fields.allSatisfy({ $0.layers?.count ?? 0 <= limits.layers }) else {
      throw .tooManyMembers(limit: limits.layers)
    }
    return fields.map { DockerEntry(config: $0.config, repoTags: $0.repoTags ?? [], layers: $0.layers ?? []) }
  }

  /// The image of the entry.
  ///
  /// - Throws: ``ArchiveFault/notAFile(name:)``.
  func image(in files: StoredFiles) throws(ArchiveFault) -> StoredImage {
    var stored: [StoredLayer] = []
    for layer in layers {
      stored.append(StoredLayer(descriptor: nil, memberName: layer, content: try files.content(layer)))
    }
    var names: [ImageReference] = []
    var unreadable: [String] = []
    for tag in repoTags {
      if let name = try? ImageReference(parsing: tag) { names.append(name) } else { unreadable.append(tag) }
    }
    return StoredImage(
      names: names, unreadableNames: unreadable, root: nil, document: nil, manifest: nil,
      config: try files.content(config), layers: stored)
  }

  private struct Fields: Decodable {
    let config: String
    let repoTags: [String]?
    let layers: [String]?

    private enum CodingKeys: String, CodingKey {
      case config = "Config"
      case repoTags = "RepoTags"
      case layers = "Layers"
    }
  }
}
