import ArchiveTools
import ImageModel

/// Which images are copied into an archive or a layout, and how.
public struct ExportRequest: Sendable {
  /// Where images go.
  public enum Output: Sendable, Hashable {
    /// One archive for docker, podman, containerd and skopeo.
    case archive(String)
    /// An OCI image layout in this folder, which is made, or added to where it is there.
    case layout(String)
    /// Such an archive, written in order to standard output; no file is made.
    case standardOutput
  }

  /// At least one.
  public var sources: [ImageOrigin]
  /// Where they go.
  public var output: Output
  /// How images are called in the archive; nil for the names that they have.
  public var names: LoadedNames?
  /// How documents are written anew; nothing for the digests that they have.
  public var conversion = CopyConversion()
  /// How layers are compressed. Others than ``LayerCompression/asIs`` are for an archive or a layout, not for standard output.
  public var layers = LayerCompression.asIs
  /// Which image of an archive, by its name or digest there; nil for all.
  public var image: String?
  /// Of an image of a registry: whether signatures and the like go along. Those in an archive do.
  public var bringsReferrers = true
  /// The manifest for this platform alone, whose digest stays; nil for all that the name stands for.
  public var platform: Platform?

  public init(_ sources: [ImageOrigin], to output: Output) {
    self.sources = sources
    self.output = output
  }
}

extension ExportRequest {
  /// What of the sources goes along, and under which names.
  var choice: CopyChoice {
    let names: CopyChoice.Names =
      switch names {
      case nil: .own(ImageNaming())
      case .one(let name): .one(name)
      case .made(let naming): .own(naming)
      }
    return CopyChoice(
      names, image: image, platform: platform, bringsReferrers: bringsReferrers, conversion: conversion)
  }
}
