import FoundationEssentials

/// The config of a container image: its platform, how it runs and the digests of its unpacked layers (OCI image-spec,
/// config.md). Everything in it is optional; `{}` is a config.
public struct ImageConfig: Sendable, Hashable {
  public let os: String?
  public let architecture: String?
  public let variant: String?
  public let osVersion: String?
  public let osFeatures: [String]
  /// When the image was made, as the config says it (RFC 3339); not checked.
  public let created: String?
  /// How a container of the image runs.
  public let execution: Execution?
  /// The digests of the layers without compression (`rootfs.diff_ids`), the base first.
  public let diffIDs: [Digest]
  public let history: [HistoryEntry]

  /// How a container of the image runs (the member `config`).
  public struct Execution: Sendable, Hashable {
    public let user: String?
    /// Such as `80/tcp`, sorted.
    public let exposedPorts: [String]
    /// Such as `PATH=/usr/bin`.
    public let environment: [String]
    public let entrypoint: [String]
    public let command: [String]
    /// Paths, sorted.
    public let volumes: [String]
    public let workingDirectory: String?
    public let labels: [String: String]
    public let stopSignal: String?
  }

  /// One step of the build.
  public struct HistoryEntry: Sendable, Hashable {
    public let created: String?
    public let createdBy: String?
    public let author: String?
    public let comment: String?
    /// Whether the step made no layer.
    public let isEmptyLayer: Bool
  }

  /// The platform that the image runs on; nil where the config does not name system and architecture.
  public var platform: Platform? {
    guard let os, !os.isEmpty, let architecture, !architecture.isEmpty else { return nil }
    return Platform(
      os: os, architecture: architecture, variant: variant, osVersion: osVersion, osFeatures: osFeatures)
  }

  /// Reads a config that a registry sent.
  public init(parsing bytes: [UInt8], limits: DocumentLimits = .standard) throws(ImageConfigError) {
    guard bytes.count <= limits.configBytes else { throw .tooLarge(limit: limits.configBytes) }
    do { try JSONScanner.check(bytes, numbers: .finite, nesting: limits.nesting) } catch {
      guard case .syntax = error else { throw .unsafeJSON(error) }
      throw .notJSON
    }
    let fields: ImageConfigFields
    let named = (try? JSONTree(parsing: bytes)).map { ConfigShape.config.named($0).bytes } ?? bytes
    do { fields = try JSONDecoder().decode(ImageConfigFields.self, from: Data(named)) } catch {
      let path = error.fieldPath
      throw path.isEmpty ? .notJSON : .invalidField(path)
    }
    os = fields.os
    architecture = fields.architecture
    variant = fields.variant
    osVersion = fields.osVersion
    osFeatures = fields.osFeatures ?? []
    created = fields.created
    execution = fields.config?.execution
    var diffIDs: [Digest] = []
    for (index, text) in (fields.rootfs?.diffIDs ?? []).enumerated() {
      do { diffIDs.append(try Digest(parsing: text)) } catch {
        throw .invalidDigest(field: "rootfs.diff_ids[\(index)]", error)
      }
    }
    self.diffIDs = diffIDs
    history = (fields.history ?? []).map(\.entry)
  }
}
