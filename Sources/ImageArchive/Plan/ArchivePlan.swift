import ImageModel
import TarFormat

/// Where every byte of an archive stands, known before the first blob is fetched.
///
/// The archive is a tar that is an OCI image layout, a docker-archive, or both. Its members are `oci-layout`,
/// `index.json`, `manifest.json`, `referrers.json` where there are any, the folders, then manifests, configs, layers and
/// the blobs of other platforms and of referrers in the order of the images, each blob once; a docker-archive alone has no
/// more than `manifest.json`, configs and layers, and an archive of artifacts alone has no `manifest.json`. It ends with two zero
/// blocks and is not padded further. Equal images give equal bytes.
public struct ArchivePlan: Sendable, Hashable {
  /// A piece of the archive.
  public enum Extent: Sendable, Hashable {
    /// Bytes that the plan itself holds.
    case literal(offset: Int64, bytes: [UInt8])
    /// The content of a blob, ``Descriptor/size`` bytes.
    case blob(offset: Int64, Descriptor)
  }

  /// A blob and its place in the archive.
  public struct Blob: Sendable, Hashable {
    public let descriptor: Descriptor
    /// Bytes from the start of the archive to the start of the content.
    public let offset: Int64

    package init(descriptor: Descriptor, offset: Int64) {
      self.descriptor = descriptor
      self.offset = offset
    }

    /// The blob's digest.
    public var digest: Digest { descriptor.digest }
    /// Bytes.
    public var size: Int64 { descriptor.size }
    /// The bytes of the archive that the content takes.
    public var range: Range<Int64> { offset..<(offset + size) }
  }

  /// The whole archive in order, without gaps.
  public let extents: [Extent]
  /// The blobs that are not part of the plan, each digest once: configs first, then layers.
  public let blobs: [Blob]
  /// The size of the archive in bytes.
  public let size: Int64
  /// What the archive leaves out; nil where it is whole.
  public let delta: ArchiveDelta?
  /// Where the contents of blobs and documents start.
  private let offsets: [Digest: Int64]

  /// Plans an archive of images. Blobs that images share are stored once.
  ///
  /// - Parameters:
  ///   - delta: layers that are named and left out; configs and manifests never are.
  ///   - referrerPlace: which file lists what came along with the images.
  public init(
    images: [ArchivedImage], form: ArchiveFormat = .ociAndDocker, delta: ArchiveDelta? = nil,
    referrerPlace: ReferrerPlace = .ownList
  ) throws(ArchiveError) {
    let documents = form.hasLayout ? images.flatMap(\.documents) : []
    let left = delta?.absent ?? []
    let layers = images.flatMap(\.manifest.layers) + (form.hasLayout ? images.flatMap(\.relatedBlobs) : [])
    let descriptors = images.map(\.manifest.config) + layers.filter { !left.contains($0.digest) }
    let files = ArchiveDocuments(images: images, form: form, delta: delta, referrerPlace: referrerPlace)
    var layout = ArchiveLayout(names: ArchiveMemberNames(of: images, form: form))
    if form.hasLayout {
      try layout.append(file: "oci-layout", content: ArchiveDocuments.layout)
      try layout.append(file: "index.json", content: files.index)
    }
    let isLoaded = images.isEmpty || images.contains { !$0.isArtifact }
    if form.hasDockerManifest, isLoaded { try layout.append(file: "manifest.json", content: files.dockerManifest) }
    if form.hasLayout {
      if let referrers = files.referrers { try layout.append(file: ReferrerList.fileName, content: referrers) }
      try layout.append(folder: "blobs/")
      let algorithms = Set((documents.map(\.descriptor) + descriptors).map(\.digest.algorithm))
      for algorithm in Digest.Algorithm.allCases where algorithm == .sha256 || algorithms.contains(algorithm) {
        try layout.append(folder: "blobs/\(algorithm.rawValue)/")
      }
    }
    for document in documents { try layout.append(document) }
    for descriptor in descriptors { try layout.append(blob: descriptor) }
    try layout.append(literal: Array(repeating: 0, count: 2 * TarHeader.blockSize))
    extents = layout.finishedExtents
    blobs = layout.blobs
    size = layout.size
    self.delta = delta
    offsets = layout.offsets
  }

  /// Where the content of a blob or a document starts, in bytes from the start of the archive.
  public func offset(of digest: Digest) -> Int64? { offsets[digest] }

  /// A digest of everything that the plan decides: two plans with one fingerprint are plans of the same archive.
  public var fingerprint: Digest {
    var hasher = DigestHasher(.sha256)
    for extent in extents {
      switch extent {
      case .literal(_, let bytes): bytes.withUnsafeBytes { hasher.update($0) }
      // The header before a blob names its digest and its size.
      case .blob: continue
      }
    }
    return hasher.finalize()
  }
}
