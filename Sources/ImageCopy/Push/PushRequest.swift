import ImageModel

/// What is pushed or copied, and where to.
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

  /// At least one; several go to a place ``Target/below(_:path:)``.
  public var sources: [ImageOrigin]
  public var target: Target
  /// How images are called below a place ``Target/below(_:path:)``.
  public var naming = ImageNaming()
  /// How documents are written anew; nothing for the digests that they have.
  public var conversion = CopyConversion()
  /// Which image of an archive, by its name or digest there; nil for the only one, or for all.
  public var image: String?
  /// Of an image of a registry: whether signatures and the like go along. Those in an archive do.
  public var bringsReferrers = true
  /// Whether the tag is written that lists signatures and the like where the target has no list of them.
  public var writesReferrerTags = true
  /// Whether a project of a Harbor that is not there is made, as a private one.
  public var makesProjects = false
  /// The manifest for this platform alone, whose digest stays; nil for all that the name stands for.
  public var platform: Platform?

  public init(_ sources: [ImageOrigin], to target: Target) {
    self.sources = sources
    self.target = target
  }

  public init(path: String, target: Target) { self.init([.archive(path: path)], to: target) }
}

extension PushRequest {
  /// What of the sources goes along, and under which names.
  var choice: CopyChoice {
    let names: CopyChoice.Names =
      switch target {
      case .image(let name): .one(name)
      case .below(let registry, let path): .below(registry, path: path, naming)
      }
    return CopyChoice(
      names, image: image, platform: platform, bringsReferrers: bringsReferrers, conversion: conversion)
  }
}
