import FoundationEssentials
import ImageModel

/// The files of an archive that name its images: `oci-layout` and `index.json` of the OCI image layout, and
/// `manifest.json` of Docker's own format. Equal images give equal bytes.
struct ArchiveDocuments {
  let images: [ArchivedImage]
  private let delta: ArchiveDelta?
  private let names: ArchiveMemberNames
  private let form: ArchiveFormat
  private let referrerPlace: ReferrerPlace

  init(
    images: [ArchivedImage], form: ArchiveFormat = .ociAndDocker, delta: ArchiveDelta? = nil,
    referrerPlace: ReferrerPlace = .ownList
  ) {
    self.images = images
    self.delta = delta
    self.form = form
    self.referrerPlace = referrerPlace
    names = ArchiveMemberNames(of: images, form: form)
  }

  static let layout = Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8)

  /// The member that holds a blob.
  static func path(of digest: Digest) -> String {
    "blobs/\(digest.algorithm.rawValue)/\(digest.hexadecimal)"
  }

  /// `index.json`: a descriptor for each name of each image.
  ///
  /// The descriptors have no `platform`: with it `ctr` leaves out images for other platforms than its own.
  var index: [UInt8] {
    Self.encode(
      IndexFile(
        manifests: images.flatMap { image in
          image.names.isEmpty ? [entry(image, name: nil)] : image.names.map { entry(image, name: $0) }
        } + (referrerPlace == .index ? referrerEntries : [])))
  }

  /// `manifest.json`: one entry for each image, with the names that Docker takes. It takes none with a digest.
  ///
  /// podman takes a name without a registry for one of `localhost/`, and Docker, containerd and skopeo for one of Docker Hub.
  /// So the names of Docker Hub stand in full wherever podman may read them: it goes by `index.json` only where that names
  /// one image by one name, whose blobs have no digests but SHA-256, and by no index, which may have nothing for its platform.
  var dockerManifest: [UInt8] {
    let images = images.filter { !$0.isArtifact }
    let isRead =
      !form.hasLayout || images.count != 1 || images[0].names.count != 1 || images[0].index != nil
      || ([images[0].manifest.config] + images[0].manifest.layers).contains { $0.digest.algorithm != .sha256 }
    return Self.encode(
      images.map { image in
        DockerManifestEntry(
          config: names.name(of: image.manifest.config.digest),
          repoTags: image.names.filter { $0.tag != nil }.map(isRead ? \.qualifiedName : \.familiarName),
          layers: image.manifest.layers.map { names.name(of: $0.digest) })
      })
  }

  /// `referrers.json`; nil where nothing came along with the images, or `index.json` names it.
  var referrers: [UInt8]? {
    let referrers = images.flatMap(\.referrers)
    return referrers.isEmpty || referrerPlace == .index ? nil : ReferrerList.bytes(referrers)
  }

  /// Each referrer once for each document that it is about.
  private var referrerEntries: [IndexEntry] {
    var seen: Set<[Digest]> = []
    return images.flatMap(\.referrers).compactMap { referrer in
      let descriptor = referrer.document.descriptor
      guard seen.insert([descriptor.digest, referrer.subject]).inserted else { return nil }
      return IndexEntry(
        mediaType: descriptor.mediaType.rawValue, digest: "\(descriptor.digest)", size: descriptor.size,
        artifactType: descriptor.artifactType?.rawValue,
        annotations: [ReferrerPlace.subjectKey: "\(referrer.subject)"])
    }
  }

  /// The annotations of an image's entry: its own, and those that hold the name.
  static func annotations(of image: ArchivedImage, name: ImageReference?) -> [String: String] {
    var annotations = image.annotations
    if let name { add(name, of: image.root.descriptor.digest, to: &annotations) }
    return annotations
  }

  /// Adds a name to the annotations of an entry.
  static func add(_ name: ImageReference, of digest: Digest, to annotations: inout [String: String]) {
    annotations[NameAnnotation.fullName] =
      name.tag == nil ? "\(name.qualifiedRepository)@\(name.digest ?? digest)" : name.qualifiedName
    annotations[NameAnnotation.tag] = name.tag
  }

  private func entry(_ image: ArchivedImage, name: ImageReference?) -> IndexEntry {
    let layers = image.manifest.layers + image.relatedBlobs
    let annotations = Self.annotations(of: image, name: name).merging(delta?.annotations(of: layers) ?? [:]) { $1 }
    let descriptor = image.root.descriptor
    return IndexEntry(
      mediaType: descriptor.mediaType.rawValue, digest: "\(descriptor.digest)", size: descriptor.size,
      annotations: annotations.isEmpty ? nil : annotations)
  }

  private static func encode(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings and integers always encode.
    return (try? encoder.encode(value)).map(Array.init) ?? []
  }
}

private struct IndexFile: Encodable {
  let schemaVersion = 2
  let mediaType = MediaType.ociIndex.rawValue
  let manifests: [IndexEntry]
}

private struct IndexEntry: Encodable {
  let mediaType: String
  let digest: String
  let size: Int64
  var artifactType: String?
  let annotations: [String: String]?
}

private struct DockerManifestEntry: Encodable {
  let config: String
  let repoTags: [String]
  let layers: [String]

  private enum CodingKeys: String, CodingKey {
    case config = "Config"
    case repoTags = "RepoTags"
    case layers = "Layers"
  }
}
