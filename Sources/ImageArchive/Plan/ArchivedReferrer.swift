import ImageModel

/// Something about an image that came along with it: a signature, a list of its contents, an attestation
/// (distribution-spec, "Listing Referrers").
public struct ArchivedReferrer: Sendable, Hashable {
  /// Its manifest, or an index of several.
  public let document: ImageDocument
  /// The manifest or the index that it is about.
  public let subject: Digest
  /// The tag that leads to it where its manifest does not name its subject: cosign's `sha256-….sig`.
  public let tag: String?

  public init(document: ImageDocument, subject: Digest, tag: String? = nil) {
    self.document = document
    self.subject = subject
    self.tag = tag
  }
}
