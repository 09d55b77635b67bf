import ImageArchive
import ImageModel
import RegistryClient

/// The images of an archive that is made.
struct FoundImages: Sendable {
  var images: [ResolvedReference]
  var leftOut: [FailedImage] = []
  /// Layers that came along with the config.
  var early = EarlyBlobs.Found()

  /// All blobs whose bytes are there.
  var known: [Digest: [UInt8]] {
    get throws {
      var known = early.blobs
      for image in images {
        known.merge(try image.inlineBlobs) { $1 }
        known.merge(image.configs) { $1 }
      }
      return known
    }
  }

  /// The images as they go into the archive of a request.
  func archived(_ request: PullRequest) -> [ArchivedImage] {
    images.map { $0.archived(request.annotations) }
  }

  /// Whether a layer says that it is compressed with zstd.
  var hasZstdLayers: Bool { images.contains { $0.images.contains { $0.manifest.hasZstdLayers } } }

  var pulled: [PulledImage] { images.map(\.pulled) }

  /// Which blobs are configs.
  var configs: Set<Digest> { Set(images.flatMap(\.images).map(\.manifest.config.digest)) }

  /// Where each image is asked for.
  var asked: [ArchiveSources.Asked] {
    images.map { ArchiveSources.Asked(sources: $0.sources, digests: Set($0.descriptors.map(\.digest))) }
  }

  /// Leaves out every image that needs a blob which cannot be had.
  ///
  /// - Throws: what is known of the failure, where none would be left.
  mutating func leaveOut(_ lost: LostBlob) throws {
    let needs = { (image: ResolvedReference) in image.descriptors.contains { $0.digest == lost.digest } }
    let rest = images.filter { !needs($0) }
    guard !rest.isEmpty, rest.count < images.count else { throw failure(of: lost) }
    for image in images where needs(image) {
      leftOut.append(FailedImage(reference: image.requested.reference, error: lost.error))
    }
    images = rest
  }

  /// What a lost blob is told as: of several images it says which one needs it.
  func failure(of lost: LostBlob) -> any Error {
    let owner = images.first { $0.descriptors.contains { $0.digest == lost.digest } }
    guard images.count + leftOut.count > 1, let owner else { return lost.error }
    return FailedImage(reference: owner.requested.reference, error: lost.error)
  }
}
