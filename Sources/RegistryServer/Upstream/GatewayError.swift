import ImageModel

/// Why the gateway does not give what it is asked for, where that is no failure of a registry.
public enum GatewayError: ClassifiedError, Hashable {
  /// No image is named.
  case noImage
  /// A value that a parameter of the query cannot have.
  case parameter(name: String, value: String)
  /// The query has a parameter that there is none of.
  case unknownParameter(String)
  /// More images than go into one archive here.
  case tooManyImages(limit: Int)
  /// The operator did not name this registry.
  case upstreamNotAllowed(RegistryName, allowed: [RegistryName])
  /// A name that may mean images of several registries, which are here.
  case severalMeant(String, [String])
  /// The file on this server's disk that holds the image is gone or another one, or it is being read.
  case fileGone
  /// The rest of an archive is asked for, and it is not known which image its beginning was of.
  case tagNotPinned(ImageReference)
  /// The rest of an archive is asked for, and the tag stood for different images of late.
  case tagMoved(ImageReference)
  /// The rest of an archive is asked for, and the registry does not have the image any more.
  case gone(ImageReference)
  /// A range that cannot be understood, or several of them.
  case range(String)
  /// The archive has fewer volumes.
  case noSuchVolume(Int, count: Int)
  /// A registry said nothing for so long that nobody should wait any more.
  case upstreamSilent(seconds: Int64)
  /// A blob came with wrong bytes: what a client has of it cannot be gone on with.
  case wrongBytes(Digest)
  case tooManyDownloads(limit: Int, perClient: Bool)
  case tooManyLookups(limit: Int, perClient: Bool)
  case unknownDownload(String)
  case methodNotAllowed(String)

  public var failureClass: FailureClass {
    switch self {
    case .noImage, .parameter, .unknownParameter, .tooManyImages, .range, .methodNotAllowed: .usage
    case .upstreamNotAllowed: .refused
    case .severalMeant, .tagNotPinned, .tagMoved, .gone, .noSuchVolume, .unknownDownload: .notFound
    case .fileGone: .localIO
    case .upstreamSilent: .network
    case .wrongBytes: .integrity
    case .tooManyDownloads, .tooManyLookups: .rateLimit
    }
  }
}
