import ImageModel

/// Why archives cannot be merged into one.
public enum MergeError: ClassifiedError, Hashable {
  /// None of them lacks anything.
  case nothingToMerge
  /// The archive that is to be made whole has no manifests: it was left by an old writer.
  case noManifest(path: String)
  /// Blobs that the delta names and that no archive has, and what the delta says it builds on.
  case missing([Digest], bases: [String])
  /// No archive has the right bytes of a blob; the last one that was tried.
  case wrongBlob(Digest, path: String)
  /// The result would take the place of one of the archives.
  case outputIsInput(path: String)

  public var failureClass: FailureClass {
    switch self {
    case .nothingToMerge, .outputIsInput: .usage
    case .noManifest: .unsupported
    case .missing, .wrongBlob: .integrity
    }
  }
}
