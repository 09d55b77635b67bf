import ImageLayers
import ImageModel
import SystemPackage

/// Why the images of an archive cannot be written in another form.
public enum ConversionError: ClassifiedError, Hashable {
  /// There is no image in it.
  case noImage(FilePath)
  /// One name is given, and there are several images.
  case oneNameForSeveral(FilePath, images: Int)
  /// The config of an image cannot be read.
  case config(FilePath, ImageConfigError)
  /// The config names another number of layers than there are.
  case layersDoNotMatchConfig(FilePath, layers: Int, diffIDs: Int)
  /// What is inside of a layer is not what the config says (`rootfs.diff_ids`).
  case layerDiffers(FilePath, name: String, expected: Digest, found: Digest)
  /// A layer cannot be compressed in another way: it is no tar archive that everybody can read.
  case unreadLayer(FilePath, name: String, UnreadLayer)
  /// A layer cannot be read.
  case layer(FilePath, name: String, LayerError)

  public var failureClass: FailureClass {
    switch self {
    case .noImage, .unreadLayer: .unsupported
    case .oneNameForSeveral: .usage
    case .config(_, let error): error.failureClass
    case .layersDoNotMatchConfig: .refused
    case .layerDiffers: .integrity
    case .layer(_, _, let error): error.failureClass
    }
  }
}
