import ImageModel

/// Why a copy cannot be made, found before anything moves.
public enum CopyError: ClassifiedError, Hashable {
  /// An index names documents that the source does not have.
  case incompleteIndex(Digest, absent: [Digest], place: String)
  /// The source does not have a document that it names.
  case documentMissing(Digest, place: String)
  /// A document that cannot be read.
  case document(Digest, ManifestError)
  /// The source lacks blobs, and so does the target: what they are part of, as the source says it.
  case blobsMissing([Digest], bases: [String], place: String, target: String)
  /// The bytes of a blob are others than its digest says.
  case wrongBytes(Digest, place: String)

  /// The target is known to refuse manifests of so many bytes.
  case manifestTooLarge(Digest, bytes: Int64, limit: Int64, target: String)

  /// Docker's format has no type for a layer.
  case noSuchFormat(Digest, layer: MediaType)
  /// An index has no image for a platform that is to be kept.
  case noSuchPlatform(Platform, available: [Platform])
  /// Nothing of an index would be left.
  case emptyIndex(Digest)

  public var failureClass: FailureClass {
    switch self {
    case .incompleteIndex, .manifestTooLarge, .noSuchFormat, .noSuchPlatform, .emptyIndex: .unsupported
    case .documentMissing, .blobsMissing, .wrongBytes: .integrity
    case .document(_, let error): error.failureClass
    }
  }
}
