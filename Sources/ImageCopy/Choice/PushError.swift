import ImageModel

/// Why an archive cannot be pushed as it was asked for.
public enum PushError: ClassifiedError, Hashable {
  /// There is no image in it.
  case noImage(path: String)
  /// It has several images, and the target is the name of one.
  case severalImages(path: String, names: [String])
  /// An image without a name or tag of its own, and a target that gives it none.
  case nameless(Digest, path: String)
  /// A target without a registry, and the images that its name may mean.
  case ambiguousTarget(String, [String])
  /// The target is the digest of another image.
  case otherDigest(wanted: Digest, found: Digest)
  /// Where an archive is to go there is something else: these images, or no archive at all.
  case otherContent(path: String, names: [String])
  /// A plan of a copy whose layers are compressed anew.
  case unknownBeforeCompression

  public var failureClass: FailureClass {
    switch self {
    case .noImage: .unsupported
    case .severalImages, .nameless, .ambiguousTarget, .otherContent, .unknownBeforeCompression: .usage
    case .otherDigest: .integrity
    }
  }
}
