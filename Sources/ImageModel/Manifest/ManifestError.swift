/// Why a manifest or an index cannot be used. Fields are named by their path, such as `layers[2].size`.
public enum ManifestError: ClassifiedError, Hashable {
  /// More bytes than the limit.
  case tooLarge(limit: Int)
  /// The answer is no JSON at all: a web page of a portal or a proxy, a cut-off text.
  case notJSON(looksLikeHTML: Bool)
  /// JSON that readers disagree about, or that is made to exhaust them.
  case unsafeJSON(JSONFault)
  /// The document has the fields of several kinds of manifest at once (CVE-2021-41190).
  case ambiguous(fields: [String])
  /// The `Content-Type` and the document's own `mediaType` name different types (CVE-2021-41190).
  case mediaTypeMismatch(contentType: MediaType, mediaType: MediaType)
  /// Docker's schema 1, which carries no usable description of its layers.
  case schema1
  case unsupportedSchemaVersion(Int64)
  /// A document of a type that is neither a manifest nor an index.
  case unsupportedMediaType(MediaType)
  /// JSON without anything that makes it a manifest.
  case notAManifest
  case missingField(String)
  /// A field of the wrong JSON type or with a value that makes no sense.
  case invalidField(String)
  case invalidDigest(field: String, DigestError)
  /// The inline data of a descriptor has another length than the descriptor says.
  case inlineDataSize(field: String, expected: Int64, actual: Int)
  case tooManyLayers(count: Int, limit: Int)
  case tooManyIndexEntries(count: Int, limit: Int)
  /// Two descriptors name one digest and different sizes.
  case conflictingSizes(Digest)
  /// The sizes add up to more than 2⁶³ − 1 bytes.
  case totalSizeOverflow

  public var failureClass: FailureClass {
    switch self {
    case .notJSON: .network
    case .schema1, .unsupportedSchemaVersion, .unsupportedMediaType, .notAManifest: .unsupported
    case .inlineDataSize: .integrity
    case .tooLarge, .unsafeJSON, .ambiguous, .mediaTypeMismatch, .missingField, .invalidField, .invalidDigest,
      .tooManyLayers, .tooManyIndexEntries, .conflictingSizes, .totalSizeOverflow:
      .refused
    }
  }
}
