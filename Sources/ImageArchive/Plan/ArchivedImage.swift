import ImageModel

/// An image as it goes into an archive.
public struct ArchivedImage: Sendable, Hashable {
  /// A manifest or an index in the bytes that the registry holds.
  public struct Document: Sendable, Hashable {
    public let descriptor: Descriptor
    public let bytes: [UInt8]

    public init(descriptor: Descriptor, bytes: [UInt8]) {
      self.descriptor = descriptor
      self.bytes = bytes
    }
  }

  /// The names that the image has after loading. One with a tag is known to every loader; one with a digest alone only
  /// to containerd. There may be none.
  public let names: [ImageReference]
  public let manifest: Manifest
  /// The manifest's own descriptor and bytes, kept so that the image keeps its digest.
  public let document: Document
  /// Other documents that belong to the image, such as the index that named it. They are stored and not referred to.
  public let relatedDocuments: [Document]
  /// Annotations of the image's entry in `index.json`, beside those that hold its name.
  public let annotations: [String: String]

  public init(
    names: [ImageReference], manifest: Manifest, document: Document, relatedDocuments: [Document] = [],
    annotations: [String: String] = [:]
  ) {
    self.names = names
    self.manifest = manifest
    self.document = document
    self.relatedDocuments = relatedDocuments
    self.annotations = annotations
  }
}
