import ImageLayers
import ImageModel

/// Why the files of an image cannot be had.
package enum ImageContentError: ClassifiedError, Hashable {
  // Which image
  /// The archive holds no image: signatures or lists of contents alone.
  case noImage(archive: String)
  case severalImages(archive: String, available: [String])
  case noSuchImage(archive: String, name: String, available: [String])
  case noSuchPlatform(archive: String, wanted: Platform, available: [Platform])

  // Its documents
  case noConfig(archive: String)
  case wrongConfig(archive: String, Digest)
  case config(archive: String, ImageConfigError)
  case layersDoNotMatchConfig(image: String, layers: Int, diffIDs: Int)

  // Its layers
  /// The archive does not hold the layer: it is a delta, or incomplete.
  case missingLayer(image: String, layer: String)
  /// The file changed while it was read.
  case layerCutOff(image: String, layer: String)
  case layer(image: String, layer: String, LayerError)
  /// The plain bytes are not those that the config promises.
  case wrongDiffID(image: String, layer: String, expected: Digest, found: Digest)
  case mergedRoot(image: String, LayerError)

  // Its files
  case noSuchPath(image: String, path: String)
  case notAFile(image: String, path: String)

  package var failureClass: FailureClass {
    switch self {
    case .noImage, .noSuchImage, .noSuchPlatform, .noSuchPath: .notFound
    case .severalImages, .notAFile: .usage
    case .noConfig, .wrongConfig, .layersDoNotMatchConfig, .missingLayer, .layerCutOff, .wrongDiffID: .integrity
    case .config(_, let error): error.failureClass
    case .layer(_, _, let error), .mergedRoot(_, let error): error.failureClass
    }
  }
}
