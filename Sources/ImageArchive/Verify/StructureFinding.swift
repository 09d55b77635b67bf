import ImageModel

/// What is wrong, or remarkable, in how an archive is put together. Images are named as ``StoredImage/label`` has it.
public enum StructureFinding: Sendable, Hashable {
  /// A fault that reading the archive met.
  case fault(ArchiveFault)
  /// There is an `index.json`, and no `oci-layout` says that it is an image layout.
  case noLayoutMarker
  /// `oci-layout` is not what the image specification has.
  case unreadableLayoutMarker
  /// A member whose name is absolute, leads out of the archive, is too long or no text; it is passed over.
  case oddName(String)
  /// Something stands among the blobs under a name that is no digest.
  case misnamedBlob(name: String)
  /// A file that stands in the archive more than once, with the same bytes.
  case repeated(name: String)
  /// A blob that no image, artifact or index of the archive names.
  case unnamedBlob(name: String, size: Int64)
  /// An image names its config, and the archive does not hold it.
  case missingConfig(image: String, name: String)
  /// An image names a layer, and the archive does not hold it.
  case missingLayer(image: String, name: String)
  /// A layer that its publisher keeps elsewhere is not in the archive.
  case foreignLayer(image: String, name: String)
  /// The archive is a delta: it lacks layers that these images have.
  case delta(image: String, missing: [Digest], bases: [String])
  /// An engine does not load the image, for something in its config.
  case config(image: String, name: String, ConfigFault)
  /// Several images have one name: an engine keeps the last one under it.
  case sharedName(String, images: Int)
  /// Several images of a layout have one name, each for another platform.
  case platformsApart(name: String, images: Int)
  /// `manifest.json` has an image that `index.json` does not have.
  case notInIndex(config: String)
  /// `index.json` has an image that `manifest.json` does not have.
  case notInDockerManifest(image: String)
  /// `manifest.json` and `index.json` give an image other layers.
  case layersDiffer(image: String)
  /// `manifest.json` and `index.json` give an image other names.
  case namesDiffer(image: String)
  /// A name in `manifest.json` that Docker does not take: it has no tag, or a digest.
  case unusableTag(String)

  /// Whether the archive is all right with it.
  public var isRemark: Bool {
    switch self {
    case .repeated, .unnamedBlob, .foreignLayer, .delta, .notInDockerManifest, .namesDiffer, .platformsApart: true
    case .fault, .noLayoutMarker, .unreadableLayoutMarker, .oddName, .misnamedBlob, .missingConfig, .missingLayer,
      .config, .sharedName, .notInIndex, .layersDiffer, .unusableTag:
      false
    }
  }
}
