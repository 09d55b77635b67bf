import ImageArchive
import ImageModel
import RegistryClient

/// What a reference led to: an image, or an index with the images of several platforms.
package struct ResolvedReference: Sendable {
  package let requested: RequestedImage
  /// Where its blobs can be asked for.
  package let sources: ImageSources
  /// Whether the archive names the index itself.
  package let keepsIndex: Bool
  /// The image that `manifest.json` describes.
  package let image: ResolvedImage
  /// The images of other platforms.
  package let others: [ResolvedImage]
  /// Further documents: indexes within the index, attestations.
  package var documents: [ImageDocument]
  /// Their blobs.
  package var blobs: [Descriptor]
  package var referrers: [ArchivedReferrer] = []

  /// Without index, one image under its own digest.
  package init(
    _ image: ResolvedImage, of requested: RequestedImage, from sources: ImageSources, keepsIndex: Bool = false,
    others: [ResolvedImage] = [], documents: [ImageDocument] = [], blobs: [Descriptor] = []
  ) {
    self.requested = requested
    self.sources = sources
    self.keepsIndex = keepsIndex
    self.image = image
    self.others = others
    self.documents = documents
    self.blobs = blobs
  }

  /// What the reference itself points to.
  package var top: ImageDocument { image.top }

  /// The image that `manifest.json` describes, then the others.
  var images: [ResolvedImage] { [image] + others }

  /// The configs that are there already.
  var configs: [Digest: [UInt8]] {
    Dictionary(images.filter { !$0.configBytes.isEmpty }.map { ($0.manifest.config.digest, $0.configBytes) }) { $1 }
  }

  /// The image as it goes into an archive.
  ///
  /// - Parameter annotations: of its entry in `index.json`.
  package func archived(_ annotations: [String: String] = [:]) -> ArchivedImage {
    let digest = keepsIndex ? top.descriptor.digest : image.manifestDigest
    return ArchivedImage(
      names: [requested.loadedName ?? requested.reference.with(digest: digest)], manifest: image.manifest,
      document: image.document, index: keepsIndex ? top : nil,
      relatedDocuments: others.map(\.document) + documents, annotations: annotations,
      relatedBlobs: others.flatMap { [$0.manifest.config] + $0.manifest.layers } + blobs, referrers: referrers)
  }

  /// Every blob of the image, some more than once.
  var descriptors: [Descriptor] {
    images.flatMap { [$0.manifest.config] + $0.manifest.layers } + blobs
  }

  /// Blobs that need no request: what descriptors carry inline, and empty ones.
  ///
  /// - Throws: ``ResolveError`` where they are not what their digest says.
  var inlineBlobs: [Digest: [UInt8]] {
    get throws { try descriptors.inlineBlobs(of: requested.reference) }
  }

  var pulled: PulledImage {
    PulledImage(
      reference: requested.reference, digest: top.descriptor.digest, manifestDigest: image.manifestDigest,
      platforms: images.map(\.platform), selection: selection, name: requested.loadedName,
      referrers: referrers.count)
  }

  /// An index chooses by its own words, which are often right where a config's are not.
  private var selection: PlatformSelection {
    guard case .one(let platform) = requested.platforms else { return requested.platforms }
    return .one(image.isOfIndex ? platform ?? .host : image.platform)
  }
}
