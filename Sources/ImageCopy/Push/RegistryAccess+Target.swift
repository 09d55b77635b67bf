import BlobTransfer
import ImageModel

extension RegistryAccess {
  /// The one image that a name means as a place to write to. It need not be there yet, so nothing is searched.
  ///
  /// - Throws: ``PushError/ambiguousTarget(_:_:)`` where the name has no registry and there are several for such names;
  ///   `ImageReferenceError`; `ConfigurationError`.
  public func target(parsing text: String) throws -> ImageReference {
    let names = try references(parsing: text)
    guard names.count == 1 else { throw PushError.ambiguousTarget(text, names.map(\.description)) }
    return names[0]
  }

  /// The same with room for the requests of small blobs, of which more go at the same time.
  var forSmallBlobs: RegistryAccess {
    var access = self
    access.network.connectionsPerHost *= ConnectionGovernor.smallBlobs
    return access
  }

  /// The same with room for uploads beside all that is asked meanwhile (``UploadRoom``).
  ///
  /// - Parameter width: blobs that go at the same time, small ones aside.
  func forUploads(_ width: Int) -> RegistryAccess {
    var access = self
    access.network.uploadsPerHost = ConnectionGovernor.smallBlobs * width
    return access
  }
}
