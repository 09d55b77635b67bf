import ImageCopy
import ImageModel

// The objects of docs/json.md with which `digest`, `tags` and `inspect` answer.

struct DigestRecord: Encodable {
  let event = "digest"
  let reference: String
  let digest: String

  init(reference: ImageReference, digest: Digest) {
    self.reference = reference.jsonName
    self.digest = digest.description
  }
}

struct TagsRecord: Encodable {
  let event = "tags"
  let repository: String
  let tags: [String]
}

struct InspectionRecord: Encodable {
  let event = "inspection"
  let reference: String
  let digest: String
  let mediaType: String
  let platforms: [PlatformRecord]
  // Left out where there is none.
  let image: ImageRecord<LayerRecord>?
  let artifact: ArtifactRecord?

  struct PlatformRecord: Encodable {
    let platform: String?
    let digest: String
    let size: Int64?
  }

  struct LayerRecord: Encodable {
    let digest: String
    let mediaType: String
    let size: Int64

    init(_ descriptor: Descriptor) {
      digest = descriptor.digest.description
      mediaType = descriptor.mediaType.rawValue
      size = descriptor.size
    }
  }

  struct HistoryRecord: Encodable {
    let created: String?
    let createdBy: String?
    let comment: String?
    let isEmptyLayer: Bool

    init(_ step: ImageConfig.HistoryEntry) {
      created = step.created
      createdBy = step.createdBy
      comment = step.comment
      isEmptyLayer = step.isEmptyLayer
    }
  }

  /// An image in a registry or in an archive; what is known of a layer depends on that.
  struct ImageRecord<Layer: Encodable>: Encodable {
    // Left out of an image in a registry.
    let name: String?
    let configDigest: String?
    // Left out where there is none.
    let manifestDigest: String?
    let size: Int64
    let platform: String?
    let created: String?
    let user: String?
    let workingDirectory: String?
    let entrypoint: [String]
    let command: [String]
    let environment: [String]
    let exposedPorts: [String]
    let volumes: [String]
    let stopSignal: String?
    let labels: [String: String]
    let annotations: [String: String]
    let layers: [Layer]
    let history: [HistoryRecord]

    init(
      name: String? = nil, manifestDigest: Digest?, configDigest: Digest? = nil, size: Int64, _ config: ImageConfig?,
      annotations: [String: String], layers: [Layer]
    ) {
      self.name = name
      self.manifestDigest = manifestDigest?.description
      self.configDigest = configDigest?.description
      self.size = size
      platform = config?.platform?.description
      created = config?.created
      let execution = config?.execution
      user = execution?.user
      workingDirectory = execution?.workingDirectory
      entrypoint = execution?.entrypoint ?? []
      command = execution?.command ?? []
      environment = execution?.environment ?? []
      exposedPorts = execution?.exposedPorts ?? []
      volumes = execution?.volumes ?? []
      stopSignal = execution?.stopSignal
      labels = execution?.labels ?? [:]
      self.annotations = annotations
      self.layers = layers
      history = (config?.history ?? []).map(HistoryRecord.init)
    }
  }

  struct ArtifactRecord: Encodable {
    let manifestDigest: String
    let size: Int64
    let artifactType: String
    let annotations: [String: String]
    let layers: [LayerRecord]
  }

  init(_ inspection: Inspection) {
    reference = inspection.reference.jsonName
    digest = inspection.digest.description
    mediaType = inspection.mediaType.rawValue
    platforms = inspection.platforms.map {
      PlatformRecord(platform: $0.platform?.description, digest: $0.digest.description, size: $0.size)
    }
    guard let content = inspection.content else {
      (image, artifact) = (nil, nil)
      return
    }
    let manifest = content.manifest
    switch content.kind {
    case .artifact:
      image = nil
      artifact = ArtifactRecord(
        manifestDigest: content.manifestDigest.description, size: manifest.contentSize,
        artifactType: (manifest.artifactType ?? manifest.config.mediaType).rawValue,
        annotations: manifest.annotations, layers: manifest.layers.map(LayerRecord.init))
    case .image(let config):
      artifact = nil
      image = ImageRecord(
        manifestDigest: content.manifestDigest, size: manifest.contentSize, config, annotations: manifest.annotations,
        layers: manifest.layers.map(LayerRecord.init))
    }
  }
}
