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

  public var failureClass: FailureClass {
    switch self {
    case .incompleteIndex: .unsupported
    case .documentMissing, .blobsMissing, .wrongBytes: .integrity
    case .document(_, let error): error.failureClass
    }
  }
}
