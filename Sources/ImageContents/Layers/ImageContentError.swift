import ImageLayers
import ImageModel

/// Why the files of an image cannot be had.
package enum ImageContentError: ClassifiedError, Hashable {
  /// What holds the image that is read.
  package enum Place: Sendable, Hashable {
    case archive(String)
    case registry(reference: String)

    /// As the user named it.
    package var name: String {
      switch self {
      case .archive(let name), .registry(let name): name
      }
    }
  }

  // Its documents
  case noConfig(archive: String)
  case layersDoNotMatchConfig(image: String, layers: Int, diffIDs: Int)

  // Its layers
  /// The archive does not hold the layer: it is a delta, or incomplete.
  case missingLayer(image: String, layer: String)
  /// The file changed while it was read.
  case layerCutOff(image: String, layer: String)
  /// What was read of it first and what was read of it then are not the same.
  case layerChanged(image: Place, layer: String)
  case layer(image: Place, layer: String, LayerError)
  /// The bytes are those of the layer's digest, and cannot be read: it was made so.
  case layerMadeSo(image: Place, layer: String, LayerError)
  /// The layer is no tar archive that everybody can read.
  case unreadLayer(image: Place, layer: String, UnreadLayer)
  /// The plain bytes are not those that the config promises.
  case wrongDiffID(image: Place, layer: String, expected: Digest, found: Digest)
  case mergedRoot(image: String, LayerError)

  // Its files
  case noSuchPath(image: String, path: String)
  case notAFile(image: String, path: String)

  package var failureClass: FailureClass {
    switch self {
    case .noSuchPath: .notFound
    case .notAFile: .usage
    case .noConfig, .layersDoNotMatchConfig, .missingLayer, .layerCutOff, .layerChanged, .wrongDiffID: .integrity
    case .unreadLayer: .unsupported
    case .layer(_, _, let error), .layerMadeSo(_, _, let error), .mergedRoot(_, let error): error.failureClass
    }
  }
}
