import ImageArchive
import ImageModel

/// Something of an archive that is not taken over when its images are written in another form.
public struct LeftOutContent: Sendable, Hashable {
  /// Why it has no place in what was written.
  public enum Reason: String, Sendable, Hashable {
    /// It is about an image whose layers were written anew, and does not fit that any more.
    case layersRewritten = "layers-rewritten"
    /// The form that is written has no place for it.
    case form
    /// The archive does not hold all of it.
    case incomplete
    /// It is no image, and about none of the archive.
    case noImage = "no-image"
  }

  /// Of its manifest.
  public let digest: Digest
  /// What it is: its artifact type, or else its manifest's type.
  public let type: MediaType
  /// The tag that it had in the registry, such as cosign's `sha256-….sig`; nil for most.
  public let tag: String?
  /// The platform of an image; nil for what is none.
  public let platform: Platform?
  public let reason: Reason

  public init(digest: Digest, type: MediaType, tag: String? = nil, platform: Platform? = nil, reason: Reason) {
    self.digest = digest
    self.type = type
    self.tag = tag
    self.platform = platform
    self.reason = reason
  }

  init(_ descriptor: Descriptor, platform: Platform? = nil, _ reason: Reason) {
    self.init(
      digest: descriptor.digest, type: descriptor.artifactType ?? descriptor.mediaType, platform: platform,
      reason: reason)
  }

  init(_ referrer: ArchivedReferrer, _ reason: Reason) {
    let descriptor = referrer.document.descriptor
    self.init(
      digest: descriptor.digest, type: descriptor.artifactType ?? descriptor.mediaType, tag: referrer.tag,
      reason: reason)
  }
}
