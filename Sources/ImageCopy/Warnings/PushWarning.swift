import ImageModel

/// What should be known and does not end a push.
public enum PushWarning: Sendable, Hashable {
  /// About the way to the registry.
  case access(PullWarning)
  /// The registry keeps it, and does not list it with what it is about: a signature, a list of contents.
  case unlistedReferrer(Digest)
  /// So it is, since nobody wants the tag to be written that lists it.
  case referrerTagLeftOut(Digest)
  /// What refers to something that is not pushed stays behind.
  case referrersLeftOut(count: Int)
  /// An archive without manifests: one was made, and so the image has a digest that nobody knew before.
  case madeManifest(Digest, path: String)
  /// An image was written anew as it was asked for, and has another digest.
  case converted(ImageReference, from: Digest, to: Digest)
  /// The registry deletes the tag after this time, as a label of the image wants it: `2w`.
  case expires(ImageReference, after: String)
  /// A manifest has so many bytes, which are more than every registry accepts; this one may.
  case largeManifest(Digest, bytes: Int64)
  /// The registry calls itself by an origin with another scheme or port than it is reached by.
  case misnamed(place: String, as: String)
  /// The registry's own words (`Warning`).
  case registry(String)
}
