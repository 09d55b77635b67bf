import EngineClient
import ImageModel

/// Why an archive cannot be loaded into an engine, whatever the engine says.
public enum LoadError: ClassifiedError, Hashable {
  /// The archive is a delta, and the engine does not have what it builds on.
  case baseMissing([Digest], bases: [String])
  /// The archive lacks blobs that no delta leaves out.
  case blobMissing(Digest, path: String)
  /// The bytes of a blob are wrong, or the file changed.
  case wrongBlob(Digest, path: String)
  /// There is nothing to load in it.
  case noImage(path: String)
  /// The engine does not take a name of the archive: its registry is an IPv6 address.
  case nameNotTaken(ImageReference, by: EngineKind, path: String)
  /// A folder that has a `manifest.json` alone: only an archive of such goes as it is.
  case folderWithoutIndex(path: String)

  public var failureClass: FailureClass {
    switch self {
    case .baseMissing, .blobMissing, .wrongBlob: .integrity
    case .noImage, .nameNotTaken, .folderWithoutIndex: .unsupported
    }
  }
}
