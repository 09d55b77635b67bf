/// A pointer to content: what it is, its name and its size (OCI image-spec, descriptor.md).
public struct Descriptor: Sendable, Hashable {
  /// What kind of content it is (OCI image specification, descriptor.md).
  public var mediaType: MediaType
  /// The digest of the content.
  public var digest: Digest
  /// The size of the content in bytes, never negative.
  public var size: Int64
  /// Other places that hold the content.
  public var urls: [String]
  /// Whatever else is said of it.
  public var annotations: [String: String]
  /// The content itself, where the descriptor carries it: ``size`` bytes, not yet checked against ``digest``.
  public var data: [UInt8]?
  /// The platform of the image that an index entry points to.
  public var platform: Platform?
  /// The kind of artifact that a manifest describes.
  public var artifactType: MediaType?

  public init(
    mediaType: MediaType, digest: Digest, size: Int64, urls: [String] = [], annotations: [String: String] = [:],
    data: [UInt8]? = nil, platform: Platform? = nil, artifactType: MediaType? = nil
  ) {
    self.mediaType = mediaType
    self.digest = digest
    self.size = size
    self.urls = urls
    self.annotations = annotations
    self.data = data
    self.platform = platform
    self.artifactType = artifactType
  }

  /// Whether an index entry is a statement about another entry (BuildKit's attestation storage), and so no image.
  public var isAttestation: Bool {
    annotations["vnd.docker.reference.type"] != nil
      || platform.map { $0.os == "unknown" && $0.architecture == "unknown" } ?? false
  }

  /// The manifest that an index entry is a statement about (BuildKit's attestation storage); nil where it names none.
  package var attested: Digest? {
    annotations["vnd.docker.reference.digest"].flatMap { try? Digest(parsing: $0) }
  }

  /// Whether an index entry says that it is something else than an image: an attestation, or an artifact such as a SOCI
  /// index, which may name a platform too.
  public var isOtherThanImage: Bool { isAttestation || artifactType.map { !$0.isImageConfig } ?? false }
}
