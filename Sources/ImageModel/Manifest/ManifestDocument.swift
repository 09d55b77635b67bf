import FoundationEssentials

/// What a registry answers to a request for a manifest: the manifest of one image, or an index of several.
public enum ManifestDocument: Sendable, Hashable {
  case manifest(Manifest)
  case index(Index)

  /// Reads a document that a registry sent.
  ///
  /// The document's own `mediaType` says what it is; where it has none the `Content-Type` does, and where that names
  /// no manifest type the document's fields do. Where both are there they must agree.
  public init(
    parsing bytes: [UInt8], contentType: MediaType?, limits: DocumentLimits = .standard
  ) throws(ManifestError) {
    guard bytes.count <= limits.manifestBytes else { throw .tooLarge(limit: limits.manifestBytes) }
    let fields = try Self.fields(of: bytes, contentType: contentType, limits: limits)
    try Self.refuseMixture(fields)
    let type = try Self.mediaType(of: fields, contentType: contentType)
    let artifactType = try fields.artifactType.token(at: "artifactType").map(MediaType.init(rawValue:))
    let subject = try fields.subject?.descriptor(at: "subject")
    if type.isIndex {
      guard let entries = fields.manifests?.entries else { throw .missingField("manifests") }
      guard entries.count <= limits.indexEntries else {
        throw .tooManyIndexEntries(count: entries.count, limit: limits.indexEntries)
      }
      let manifests = try Self.descriptors(entries, at: "manifests")
      try Self.checkSizes(manifests)
      self = .index(
        Index(
          mediaType: type, manifests: manifests, artifactType: artifactType, subject: subject,
          annotations: fields.annotations ?? [:]))
    } else {
      guard let config = fields.config else { throw .missingField("config") }
      guard let entries = fields.layers?.entries else { throw .missingField("layers") }
      guard entries.count <= limits.layers else {
        throw .tooManyLayers(count: entries.count, limit: limits.layers)
      }
      let manifest = Manifest(
        mediaType: type, config: try config.descriptor(at: "config", needsType: false),
        layers: try Self.descriptors(entries, at: "layers"), artifactType: artifactType, subject: subject,
        annotations: fields.annotations ?? [:])
      try Self.checkSizes([manifest.config] + manifest.layers)
      self = .manifest(manifest)
    }
  }

  /// The type of the document.
  public var mediaType: MediaType {
    switch self {
    case .manifest(let manifest): manifest.mediaType
    case .index(let index): index.mediaType
    }
  }

  private static func fields(
    of bytes: [UInt8], contentType: MediaType?, limits: DocumentLimits
  ) throws(ManifestError) -> ManifestFields {
    let first = bytes.first { !$0.isBlankOrMark }
    guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
      throw .notJSON(looksLikeHTML: first == UInt8(ascii: "<") || contentType?.rawValue == "text/html")
    }
    do { try JSONScanner.check(bytes, numbers: .integers, nesting: limits.nesting) } catch {
      guard case .syntax = error else { throw .unsafeJSON(error) }
      throw .notJSON(looksLikeHTML: false)
    }
    guard first == UInt8(ascii: "{") else { throw .notAManifest }
    do { return try JSONDecoder().decode(ManifestFields.self, from: Data(bytes)) } catch {
      throw .invalidField(error.fieldPath)
    }
  }

  private static func refuseMixture(_ fields: ManifestFields) throws(ManifestError) {
    let hasEntries = { (list: ListFields?) in list.map { !$0.isNull } ?? false }
    let imageFields = (fields.config == nil ? [] : ["config"]) + (hasEntries(fields.layers) ? ["layers"] : [])
    let indexFields = hasEntries(fields.manifests) ? ["manifests"] : []
    let schema1Fields = fields.fsLayers == nil ? [] : ["fsLayers"]
    let kinds = [imageFields, indexFields, schema1Fields].filter { !$0.isEmpty }
    guard kinds.count <= 1 else { throw .ambiguous(fields: kinds.flatMap(\.self)) }
  }

  private static func mediaType(
    of fields: ManifestFields, contentType: MediaType?
  ) throws(ManifestError) -> MediaType {
    let announced = contentType.flatMap { $0.isIndex || $0.isImageManifest || $0.isSchema1 ? $0 : nil }
    let own = try fields.mediaType.token(at: "mediaType").map(MediaType.init(rawValue:))
    if let announced, let own, announced != own {
      throw .mediaTypeMismatch(contentType: announced, mediaType: own)
    }
    if fields.schemaVersion == 1 { throw .schema1 }
    let type: MediaType
    if let named = own ?? announced {
      type = named
    } else if fields.manifests != nil {
      type = .ociIndex
    } else if fields.config != nil || fields.layers != nil {
      type = .ociManifest
    } else {
      throw .notAManifest
    }
    guard !type.isSchema1 else { throw .schema1 }
    guard type.isIndex || type.isImageManifest else { throw .unsupportedMediaType(type) }
    guard let version = fields.schemaVersion else { throw .missingField("schemaVersion") }
    guard version == 2 else { throw .unsupportedSchemaVersion(version) }
    return type
  }

  private static func descriptors(
    _ entries: [DescriptorFields], at path: String
  ) throws(ManifestError) -> [Descriptor] {
    var descriptors: [Descriptor] = []
    descriptors.reserveCapacity(entries.count)
    for (index, entry) in entries.enumerated() {
      descriptors.append(try entry.descriptor(at: "\(path)[\(index)]"))
    }
    return descriptors
  }

  private static func checkSizes(_ descriptors: [Descriptor]) throws(ManifestError) {
    var sizes: [Digest: Int64] = [:]
    var total: Int64 = 0
    for descriptor in descriptors {
      guard sizes.updateValue(descriptor.size, forKey: descriptor.digest) ?? descriptor.size == descriptor.size else {
        throw .conflictingSizes(descriptor.digest)
      }
      let (sum, overflow) = total.addingReportingOverflow(descriptor.size)
      guard !overflow else { throw .totalSizeOverflow }
      total = sum
    }
  }
}

extension UInt8 {
  /// White space of JSON, or a byte of the byte order mark in UTF-8.
  fileprivate var isBlankOrMark: Bool {
    switch self {
    case 0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF: true
    default: false
    }
  }
}
