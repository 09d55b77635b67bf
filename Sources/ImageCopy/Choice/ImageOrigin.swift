import ImageModel

/// Where the images of a copy come from.
public enum ImageOrigin: Sendable, Hashable {
  /// An archive, the first of its volumes, or the folder of an image layout; and how it is called in messages, nil for its path.
  case archive(path: String, name: String? = nil)
  /// An image of a registry, or of its mirrors.
  case image(ImageReference)

  /// The registry of an image; nil for an archive.
  public var registry: RegistryName? {
    if case .image(let reference) = self { reference.registry } else { nil }
  }
}
