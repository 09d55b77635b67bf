import FoundationEssentials

/// The fields of every kind of manifest as they stand in JSON, before anything is checked.
struct ManifestFields: Decodable {
  var schemaVersion: Int64?
  var mediaType: String?
  var artifactType: String?
  var config: DescriptorFields?
  var layers: [DescriptorFields]?
  var manifests: [DescriptorFields]?
  var fsLayers: [IgnoredValue]?
  var subject: DescriptorFields?
  var annotations: [String: String]?
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
  func descriptor(at path: String) throws(ManifestError) -> Descriptor {
    guard let mediaType else { throw .missingField("\(path).mediaType") }
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
      annotations: annotations ?? [:], data: inline, platform: platform?.platform,
      artifactType: artifactType.map(MediaType.init(rawValue:)))
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

  /// Nil where the platform names neither system nor architecture, as some tools write it.
  var platform: Platform? {
    guard os?.isEmpty == false || architecture?.isEmpty == false else { return nil }
    return Platform(
      os: os ?? "", architecture: architecture ?? "", variant: variant, osVersion: osVersion,
      osFeatures: osFeatures ?? [])
  }
}

/// A JSON value of which only the presence counts.
struct IgnoredValue: Decodable {
  init(from decoder: any Decoder) {}
}
