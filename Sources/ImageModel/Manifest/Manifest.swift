/// The manifest of one image or artifact (OCI image-spec, manifest.md; Docker's schema 2 has the same shape).
public struct Manifest: Sendable, Hashable {
  public let mediaType: MediaType
  public let config: Descriptor
  /// The layers, the base first.
  public let layers: [Descriptor]
  public let artifactType: MediaType?
  /// The manifest that this one is about, where it is a signature or the like.
  public let subject: Descriptor?
  public let annotations: [String: String]

  public init(
    mediaType: MediaType, config: Descriptor, layers: [Descriptor], artifactType: MediaType? = nil,
    subject: Descriptor? = nil, annotations: [String: String] = [:]
  ) {
    self.mediaType = mediaType
    self.config = config
    self.layers = layers
    self.artifactType = artifactType
    self.subject = subject
    self.annotations = annotations
  }

  /// Whether a layer says that it is compressed with zstd.
  package var hasZstdLayers: Bool { layers.contains { $0.mediaType.rawValue.hasSuffix("zstd") } }
}
