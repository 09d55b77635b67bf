import ArchiveTools
import DrayMessages
import ImageArchive
import ImageCopy
import ImageModel

/// The object of docs/json.md with which `inspect` answers about an archive.
struct ArchiveInspectionRecord: Encodable {
  let event = "archive"
  let path: String
  let form: String
  let isFolder: Bool
  let annotations: [String: String]
  /// What is wrong, with `--salvage`.
  let faults: [String]
  let images: [GroupRecord]
  let artifacts: [ArtifactEntry]
  /// Signatures and the like that came along.
  let referrers: [ReferrerEntry]
  // Left out where there is none.
  let image: InspectionRecord.ImageRecord<LayerRecord>?

  struct GroupRecord: Encodable {
    let names: [String]
    // Left out where there is only a `manifest.json`.
    let digest: String?
    let mediaType: String?
    let platforms: [PlatformRecord]
  }

  struct PlatformRecord: Encodable {
    let platform: String?
    let digest: String?
    let size: Int64
    let missing: Int
  }

  struct ArtifactEntry: Encodable {
    let digest: String
    let mediaType: String
  }

  struct ReferrerEntry: Encodable {
    let digest: String
    let mediaType: String
    // Left out where they are not known.
    let artifactType: String?
    let tag: String?
    let subject: String
  }

  struct LayerRecord: Encodable {
    let digest: String?
    let mediaType: String?
    let size: Int64?
    let diffID: String?
    let member: String
    /// Left out where the archive does not hold the layer.
    let compression: String?
    let isPresent: Bool
  }

  init(_ inspection: ArchiveInspection, _ language: Language) {
    let archive = inspection.archive
    path = archive.path.string
    form = archive.form.rawValue
    isFolder = archive.isFolder
    annotations = archive.annotations
    faults = archive.faults.map { $0.phrase(of: archive.path).text(language) }
    images = inspection.groups.map { group in
      GroupRecord(
        names: group.names, digest: group.digest?.description, mediaType: group.mediaType?.rawValue,
        platforms: group.platforms.map {
          PlatformRecord(
            platform: $0.platform?.description, digest: $0.digest?.description, size: $0.size, missing: $0.missing)
        })
    }
    artifacts = archive.artifacts.map {
      ArtifactEntry(digest: $0.descriptor.digest.description, mediaType: $0.descriptor.mediaType.rawValue)
    }
    referrers = archive.referrers.map {
      ReferrerEntry(
        digest: $0.document.descriptor.digest.description, mediaType: $0.document.descriptor.mediaType.rawValue,
        artifactType: $0.document.descriptor.artifactType?.rawValue, tag: $0.tag, subject: $0.subject.description)
    }
    image = inspection.content.map { content in
      InspectionRecord.ImageRecord(
        name: content.image.label, manifestDigest: content.image.document?.descriptor.digest,
        configDigest: content.configDigest, size: content.size, content.config,
        annotations: content.image.manifest?.annotations ?? [:],
        layers: content.layers.map { layer in
          LayerRecord(
            digest: layer.digest?.description, mediaType: layer.mediaType?.rawValue, size: layer.size,
            diffID: layer.diffID?.description, member: layer.memberName, compression: layer.compression,
            isPresent: layer.compression != nil)
        })
    }
  }
}
