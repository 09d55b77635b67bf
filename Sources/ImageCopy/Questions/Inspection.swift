import ImageModel

/// What a reference points to, as far as it is shown without fetching a layer.
public struct Inspection: Sendable {
  public let reference: ImageReference
  /// Of what the reference itself points to: an index, or a manifest.
  public let digest: Digest
  public let mediaType: MediaType
  /// The images of an index; empty where the reference points to a manifest.
  public let platforms: [PlatformEntry]
  /// Nil where the reference points to an index without an image for this machine, and no other was asked for.
  public let content: Content?

  /// An image of an index.
  public struct PlatformEntry: Sendable, Hashable {
    /// Nil where the index does not say.
    public let platform: Platform?
    public let digest: Digest
    /// Config and layers, in bytes; nil where the image's manifest could not be had.
    public let size: Int64?
  }

  public struct Content: Sendable {
    public let manifestDigest: Digest
    public let manifest: Manifest
    public let kind: Kind
  }

  public enum Kind: Sendable {
    case image(ImageConfig)
    /// No image: its config is not fetched.
    case artifact(ArtifactKind)
  }
}

extension Manifest {
  /// Config and layers in bytes, each blob once. The reader of manifests has seen to it that the sum exists.
  public var contentSize: Int64 {
    var seen: Set<Digest> = []
    return ([config] + layers).reduce(0) { seen.insert($1.digest).inserted ? $0 + $1.size : $0 }
  }
}
