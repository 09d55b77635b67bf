import ImageArchive
import ImageModel

/// An image that is copied, and the name that it gets.
struct ChosenImage: Sendable {
  /// What has its blobs.
  enum Holder: Sendable {
    case archive(StoredArchive)
    case registries(ImageSources)
  }

  let reference: ImageReference
  /// The name that it had, or what else it is known by where it came from.
  let former: String
  let source: CopySource
  let holder: Holder
  /// Annotations of its entry in the index of its archive, beside those that hold a name.
  var annotations: [String: String] = [:]

  /// The image with its documents written anew.
  func with(_ source: CopySource) -> ChosenImage {
    ChosenImage(reference: reference, former: former, source: source, holder: holder, annotations: annotations)
  }
}
