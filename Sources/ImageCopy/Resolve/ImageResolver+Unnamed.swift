import ImageModel
import RegistryClient
import Waiting

/// What only a config can tell: for which platform an image is that its index says nothing of, and whether a manifest of odd
/// types is an image's.
extension ImageResolver {
  /// Entries without a platform whose configs are asked.
  static let unnamedLimit = 64

  /// An image that its index names no platform for.
  struct UnnamedImage: Sendable {
    let document: ReadDocument
    let manifest: Manifest
    let config: DecidingConfig.Known?
    /// What the config says; nil where it says nothing, or is no image's.
    let platform: Platform?
  }

  /// The images of an index's entries without a platform, in its order. Of several what is no image is left out, and what
  /// the registry does not have.
  func unnamedImages(of index: Index) async throws -> [UnnamedImage] {
    let entries = index.manifests.filter {
      $0.platform == nil && !$0.isOtherThanImage && $0.mediaType.isImageManifest
    }
    let isAlone = entries.count == 1
    return try await inParallel(entries.prefix(Self.unnamedLimit), width: Self.width) { entry -> UnnamedImage? in
      do {
        let document = try await self.document(.digest(entry.digest))
        guard case .manifest(let manifest) = document.content else { return nil }
        let unknown = UnnamedImage(document: document, manifest: manifest, config: nil, platform: nil)
        guard manifest.artifactKind == nil || manifest.isDecidedByConfig else { return isAlone ? unknown : nil }
        let bytes = try await config(of: manifest)
        guard manifest.artifactKind(config: bytes) == nil else { return isAlone ? unknown : nil }
        return UnnamedImage(
          document: document, manifest: manifest, config: .init(digest: manifest.config.digest, bytes: bytes),
          platform: (try? parsedConfig(bytes))?.platform)
      } catch let error as RegistryError where error.failureClass == .notFound && !isAlone {
        return nil
      }
    }.compactMap(\.self)
  }

  /// What a manifest describes; nil for an image. Where its types do not tell, its config is asked.
  func artifactKind(of manifest: Manifest) async throws -> ArtifactKind? {
    guard manifest.isDecidedByConfig, manifest.config.size <= limits.configBytes else { return manifest.artifactKind }
    let bytes = try await config(of: manifest)
    await decidingConfig.keep(.init(digest: manifest.config.digest, bytes: bytes))
    return manifest.artifactKind(config: bytes)
  }
}

/// The config that decided something last: it is asked for again right after, as the image's own.
actor DecidingConfig {
  struct Known: Sendable {
    let digest: Digest
    let bytes: [UInt8]
  }

  private var known: Known?

  func keep(_ config: Known?) { known = config }

  func bytes(of digest: Digest) -> [UInt8]? { known?.digest == digest ? known?.bytes : nil }
}
