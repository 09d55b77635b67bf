import ImageLayers
import ImageModel

/// How layers are compressed in what is written.
public enum LayerCompression: String, Sendable, Hashable, CaseIterable {
  /// As they are.
  case asIs = "as-is"
  /// In gzip, for engines that know no zstd.
  case gzip
  /// Not at all.
  case plain

  /// Whether a layer has to be written anew.
  func rewrites(_ compression: Compression) -> Bool {
    switch self {
    case .asIs: false
    case .gzip: compression != .gzip
    case .plain: compression != .none
    }
  }

  /// The media type of a layer in this form; a type that is none of a layer stays.
  func type(insteadOf type: MediaType) -> MediaType {
    let isPlain = self == .plain
    switch type {
    case .dockerLayer, .dockerLayerGzip, .dockerLayerZstd: return isPlain ? .dockerLayer : .dockerLayerGzip
    case .dockerForeignLayerGzip: return isPlain ? .dockerLayer : .dockerForeignLayerGzip
    case .ociNondistributableLayer, .ociNondistributableLayerGzip, .ociNondistributableLayerZstd:
      return isPlain ? .ociNondistributableLayer : .ociNondistributableLayerGzip
    default: return isPlain ? .ociLayer : .ociLayerGzip
    }
  }
}

extension MediaType {
  /// The type of a layer of no known type with this compression.
  static func layer(_ compression: Compression) -> MediaType {
    switch compression {
    case .gzip: .ociLayerGzip
    case .zstd: .ociLayerZstd
    case .none, .bzip2, .xz: .ociLayer
    }
  }
}
