import ImageArchive
import ImageModel
import RegistryClient

/// An image of an archive that is made: what it is, and where it can be asked for.
struct FoundImage: Sendable {
  let resolved: ResolvedReference
  let sources: ImageSources

  /// Blobs that need no request: what descriptors carry inline, and empty ones.
  ///
  /// - Throws: ``ResolveError`` where they are not what their digest says.
  var inlineBlobs: [Digest: [UInt8]] {
    get throws { try resolved.descriptors.inlineBlobs(of: resolved.requested.reference) }
  }
}

/// The images of an archive that is made.
struct FoundImages: Sendable {
  var images: [FoundImage]
  var leftOut: [FailedImage] = []
  /// Layers that came along with the config.
  var early = EarlyBlobs.Found()

  /// All blobs whose bytes are there.
  var known: [Digest: [UInt8]] {
    get throws {
      var known = early.blobs
      for image in images {
        known.merge(try image.inlineBlobs) { $1 }
        known.merge(image.resolved.configs) { $1 }
      }
      return known
    }
  }

  /// The images as they go into the archive of a request.
  func archived(_ request: PullRequest) -> [ArchivedImage] {
    images.map { $0.resolved.archived(request.annotations) }
  }

  /// Whether a layer says that it is compressed with zstd.
  var hasZstdLayers: Bool { images.contains { $0.resolved.images.contains { $0.manifest.hasZstdLayers } } }

  var pulled: [PulledImage] { images.map(\.resolved.pulled) }

  /// Which blobs are configs.
  var configs: Set<Digest> { Set(images.flatMap(\.resolved.images).map(\.manifest.config.digest)) }

  /// Where each image is asked for.
  var asked: [ArchiveSources.Asked] {
    images.map { image in
      ArchiveSources.Asked(
        sources: image.sources, reference: image.resolved.requested.reference,
        digests: Set(image.resolved.descriptors.map(\.digest)))
    }
  }

  /// Leaves out every image that needs a blob which cannot be had.
  ///
  /// - Throws: what is known of the failure, where none would be left.
  mutating func leaveOut(_ lost: LostBlob) throws {
    let needs = { (image: FoundImage) in image.resolved.descriptors.contains { $0.digest == lost.digest } }
    let rest = images.filter { !needs($0) }
    guard !rest.isEmpty, rest.count < images.count else { throw failure(of: lost) }
    for image in images where needs(image) {
      leftOut.append(FailedImage(reference: image.resolved.requested.reference, error: lost.error))
    }
    images = rest
  }

  /// What a lost blob is told as: of several images it says which one needs it.
  func failure(of lost: LostBlob) -> any Error {
    let owner = images.first { $0.resolved.descriptors.contains { $0.digest == lost.digest } }
    guard images.count + leftOut.count > 1, let owner else { return lost.error }
    return FailedImage(reference: owner.resolved.requested.reference, error: lost.error)
  }
}
