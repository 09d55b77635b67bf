import FoundationEssentials

/// The fields of every kind of manifest as they stand in JSON, before anything is checked.
struct ManifestFields: Decodable {
  var schemaVersion: Int64?
  var mediaType: String?
  var artifactType: String?
  var config: DescriptorFields?
  var layers: ListFields?
  var manifests: ListFields?
  var fsLayers: [IgnoredValue]?
  var subject: DescriptorFields?
  var annotations: [String: String]?

  private enum CodingKeys: String, CodingKey {
    case schemaVersion, mediaType, artifactType, config, layers, manifests, fsLayers, subject, annotations
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    schemaVersion = try fields.decodeIfPresent(Int64.self, forKey: .schemaVersion)
    mediaType = try fields.decodeIfPresent(String.self, forKey: .mediaType)
    artifactType = try fields.decodeIfPresent(String.self, forKey: .artifactType)
    config = try fields.decodeIfPresent(DescriptorFields.self, forKey: .config)
    // Not `decodeIfPresent`, which takes `null` for a list that is missing.
    layers = fields.contains(.layers) ? try fields.decode(ListFields.self, forKey: .layers) : nil
    manifests = fields.contains(.manifests) ? try fields.decode(ListFields.self, forKey: .manifests) : nil
    fsLayers = try fields.decodeIfPresent([IgnoredValue].self, forKey: .fsLayers)
    subject = try fields.decodeIfPresent(DescriptorFields.self, forKey: .subject)
    annotations = try fields.decodeIfPresent([String: String].self, forKey: .annotations)
  }
}

/// A list of descriptors as it stands in JSON. `null` is an empty one: Go writes a list without entries so.
struct ListFields: Decodable {
  let entries: [DescriptorFields]
  let isNull: Bool

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    isNull = container.decodeNil()
    entries = isNull ? [] : try container.decode([DescriptorFields].self)
  }
}

/// The fields of a descriptor as they stand in JSON.
struct DescriptorFields: Decodable {
  var mediaType: String?
  var digest: String?
  var size: Int64?
  var urls: [String]?
  var annotations: [String: String]?
  var data: String?
  var platform: PlatformFields?
  var artifactType: String?

  /// The checked descriptor; `path` is the field that holds it, for errors.
  ///
  /// - Parameter needsType: without it a descriptor that names no type gets an empty one.
  func descriptor(at path: String, needsType: Bool = true) throws(ManifestError) -> Descriptor {
    let named = try mediaType.token(at: "\(path).mediaType")
    guard let mediaType = named ?? (needsType ? nil : "") else { throw .missingField("\(path).mediaType") }
    guard let digest else { throw .missingField("\(path).digest") }
    guard let size else { throw .missingField("\(path).size") }
    guard size >= 0 else { throw .invalidField("\(path).size") }
    let parsedDigest: Digest
    do { parsedDigest = try Digest(parsing: digest) } catch {
      throw .invalidDigest(field: "\(path).digest", error)
    }
    var inline: [UInt8]?
    if let data {
      guard let decoded = Data(base64Encoded: data) else { throw .invalidField("\(path).data") }
      guard decoded.count == size else {
        throw .inlineDataSize(field: "\(path).data", expected: size, actual: decoded.count)
      }
      inline = Array(decoded)
    }
    return Descriptor(
      mediaType: MediaType(rawValue: mediaType), digest: parsedDigest, size: size, urls: urls ?? [],
      annotations: annotations ?? [:], data: inline, platform: try platform?.platform(at: "\(path).platform"),
      artifactType: try artifactType.token(at: "\(path).artifactType").map(MediaType.init(rawValue:)))
  }
}

/// The fields of a descriptor's platform as they stand in JSON.
struct PlatformFields: Decodable {
  var os: String?
  var architecture: String?
  var variant: String?
  var osVersion: String?
  var osFeatures: [String]?

  private enum CodingKeys: String, CodingKey {
    case os, architecture, variant
    case osVersion = "os.version"
    case osFeatures = "os.features"
  }

  /// Nil where the platform does not name both system and architecture: then it says too little to choose by.
  func platform(at path: String) throws(ManifestError) -> Platform? {
    let os = try os.token(at: "\(path).os")
    let architecture = try architecture.token(at: "\(path).architecture")
    guard let os, let architecture else { return nil }
    return Platform(
      os: os, architecture: architecture, variant: try variant.token(at: "\(path).variant"),
      osVersion: try osVersion.token(at: "\(path).os.version"), osFeatures: osFeatures ?? [])
  }
}

extension String? {
  /// The text of a field that holds a type or a name: short and in ASCII; nil for an empty one.
  ///
  /// These texts are looked up in sets. Swift takes quadratic time to hash a long text of combining marks.
  func token(at field: String) throws(ManifestError) -> String? {
    guard let self, !self.isEmpty else { return nil }
    guard self.utf8.count <= 255, self.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
      throw .invalidField(field)
    }
    return self
  }
}
