import ImageModel

/// One image that is to go into an archive.
public struct RequestedImage: Sendable, Hashable {
  /// The image's name.
  public var reference: ImageReference
  /// Which of its platforms are wanted.
  public var platforms = PlatformSelection.one(nil)
  /// The name that the image has after loading, instead of the reference's own.
  public var name: ImageReference?
  /// Bring signatures, lists of contents and attestations along.
  public var bringsReferrers = false
  /// Whether it is known that a tag beside a digest is only a label, so that nobody need be told.
  public var tagIsLabel = false

  public init(reference: ImageReference) {
    self.reference = reference
  }

  /// The name that the image has after loading: never a mirror's, and none for a pull by digest alone.
  var loadedName: ImageReference? {
    if let name { return name }
    return reference.tag == nil ? nil : reference.with(digest: nil)
  }
}
