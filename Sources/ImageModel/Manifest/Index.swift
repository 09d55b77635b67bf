/// A list of manifests, usually of one image for several platforms (OCI image-spec, image-index.md; Docker's
/// manifest list has the same shape).
public struct Index: Sendable, Hashable {
  public let mediaType: MediaType
  public let manifests: [Descriptor]
  public let artifactType: MediaType?
  /// The manifest that this one is about.
  public let subject: Descriptor?
  public let annotations: [String: String]

  public init(
    mediaType: MediaType, manifests: [Descriptor], artifactType: MediaType? = nil, subject: Descriptor? = nil,
    annotations: [String: String] = [:]
  ) {
    self.mediaType = mediaType
    self.manifests = manifests
    self.artifactType = artifactType
    self.subject = subject
    self.annotations = annotations
  }
}
