import ImageModel

/// Why a reference leads to no image that dray can fetch.
public enum ResolveError: ClassifiedError, Sendable {
  /// None of the registries that a name without one is searched in has the image.
  case foundNowhere(name: String, registries: [String])
  /// The document is no manifest that is understood.
  case manifest(ImageReference, ManifestError)
  case config(ImageReference, ImageConfigError)
  /// None of the index's images is for this platform; `available` are those that it has.
  case noSuchPlatform(ImageReference, wanted: Platform, available: [Platform])
  /// Something is there, but no container image.
  case notAnImage(ImageReference, ArtifactKind)
  case indexTooDeep(ImageReference, limit: Int)
  /// The size or digest of inline data or of an empty blob is not what the descriptor says.
  case wrongInlineData(ImageReference, Digest)
  /// The config is larger than is read.
  case configTooLarge(ImageReference, size: Int64, limit: Int)
  /// The config lists another number of layers than the manifest: no engine would load the image.
  case layersDoNotMatchConfig(ImageReference, layers: Int, diffIDs: Int)
  /// A layer that its publisher keeps elsewhere, and the registry does not have.
  case foreignLayer(ImageReference, Digest)
  /// More signatures and the like than are brought along.
  case tooManyReferrers(ImageReference, limit: Int)

  public var failureClass: FailureClass {
    switch self {
    case .manifest(_, let error): error.failureClass
    case .config(_, let error): error.failureClass
    case .noSuchPlatform, .notAnImage, .layersDoNotMatchConfig, .foreignLayer: .unsupported
    case .indexTooDeep, .configTooLarge, .tooManyReferrers: .refused
    case .foundNowhere: .notFound
    case .wrongInlineData: .integrity
    }
  }
}
