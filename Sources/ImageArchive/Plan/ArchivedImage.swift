import ImageModel

/// An image as it goes into an archive, or an artifact that stands for itself, such as a Helm chart.
public struct ArchivedImage: Sendable, Hashable {
  /// The names that the image has after loading. One with a tag is known to every loader; one with a digest alone only
  /// to containerd. There may be none.
  public let names: [ImageReference]
  /// The manifest that `manifest.json` describes: of an image for several platforms, one of them.
  public let manifest: Manifest
  /// The manifest's own descriptor and bytes, kept so that the image keeps its digest.
  public let document: ImageDocument
  /// The index that `index.json` names instead of the manifest, so that the image keeps the digest of its tag. Some of
  /// the platforms that it lists may be absent.
  public let index: ImageDocument?
  /// Other documents that belong to the image: the manifests of its other platforms, the index that named it. They are
  /// stored, and no file of the archive refers to them.
  public let relatedDocuments: [ImageDocument]
  /// Annotations of the image's entry in `index.json`, beside those that hold its name.
  public let annotations: [String: String]
  /// The blobs of such manifests, and of those of referrers.
  public let relatedBlobs: [Descriptor]
  /// Signatures, lists of contents and the like that came along.
  public let referrers: [ArchivedReferrer]
  /// Whether it is no image: `manifest.json`, which engines load, does not name it.
  public let isArtifact: Bool

  public init(
    names: [ImageReference], manifest: Manifest, document: ImageDocument, index: ImageDocument? = nil,
    relatedDocuments: [ImageDocument] = [], annotations: [String: String] = [:], relatedBlobs: [Descriptor] = [],
    referrers: [ArchivedReferrer] = [], isArtifact: Bool = false
  ) {
    self.names = names
    self.manifest = manifest
    self.document = document
    self.index = index
    self.relatedDocuments = relatedDocuments
    self.annotations = annotations
    self.relatedBlobs = relatedBlobs
    self.referrers = referrers
    self.isArtifact = isArtifact
  }

  /// What `index.json` names.
  public var root: ImageDocument { index ?? document }

  /// Every manifest and index of the image, what `index.json` names first.
  var documents: [ImageDocument] {
    (index.map { [$0] } ?? []) + [document] + relatedDocuments + referrers.map(\.document)
  }
}
