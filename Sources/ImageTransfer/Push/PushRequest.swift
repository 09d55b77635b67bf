import ImageModel

/// What is pushed, and where to.
public struct PushRequest: Sendable {
  /// Where images go.
  public enum Target: Sendable, Hashable {
    /// One image, under this name.
    case image(ImageReference)
    /// Every image under the name that it has in the archive, below a path of a registry; the path may be empty.
    case below(RegistryName, path: String)

    public var registry: RegistryName {
      switch self {
      case .image(let reference): reference.registry
      case .below(let registry, _): registry
      }
    }
  }

  /// An archive, the first of its volumes, or the folder of an image layout.
  public var path: String
  public var target: Target
  /// Which image of the archive, by its name or digest there; nil for the only one, or for all.
  public var image: String?
  /// The manifest for this platform alone, whose digest stays; nil for all that the name stands for.
  public var platform: Platform?

  public init(path: String, target: Target) {
    self.path = path
    self.target = target
  }
}
