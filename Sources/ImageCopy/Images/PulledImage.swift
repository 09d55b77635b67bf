import ImageModel

/// An image of an archive, as it was found.
public struct PulledImage: Sendable, Hashable {
  /// The reference as it was resolved.
  public let reference: ImageReference
  /// The digest of what the reference points to: an index, or the image's own manifest.
  public let digest: Digest
  /// The digest of the image's own manifest: of several, of the one that `manifest.json` describes.
  public let manifestDigest: Digest
  /// Its platforms, in the order of the archive: at least one, first that of ``manifestDigest``.
  public let platforms: [Platform]
  /// The platforms to ask for to get exactly these again, whatever the machine.
  public let selection: PlatformSelection
  /// The name that the image has after loading; nil for a pull by digest alone.
  public let name: ImageReference?
  /// Signatures and the like that came along.
  public let referrers: Int

  public init(
    reference: ImageReference, digest: Digest, manifestDigest: Digest, platforms: [Platform],
    selection: PlatformSelection, name: ImageReference?, referrers: Int = 0
  ) {
    self.reference = reference
    self.digest = digest
    self.manifestDigest = manifestDigest
    self.platforms = platforms
    self.selection = selection
    self.name = name
    self.referrers = referrers
  }
}

/// What tells of the images that one pull brings. Of several, `reference` and the like are the first one's.
public protocol ImagesOfPull: Sendable {
  /// Every image of the archive, at least one.
  var images: [PulledImage] { get }
}

extension ImagesOfPull {
  /// The reference as it was resolved.
  public var reference: ImageReference { images[0].reference }
  /// The digest of the image's own manifest.
  public var manifestDigest: Digest { images[0].manifestDigest }
  /// The platform of that manifest.
  public var platform: Platform { images[0].platforms[0] }
  /// The name that the image has after loading; nil for a pull by digest alone.
  public var imageName: String? { images[0].name?.familiarName }
}

/// What one of several images failed of.
public struct FailedImage: ClassifiedError, Sendable {
  public let reference: ImageReference
  /// As a pull of this image alone would throw it.
  public let error: any ClassifiedError

  public init(reference: ImageReference, error: any ClassifiedError) {
    self.reference = reference
    self.error = error
  }

  public var failureClass: FailureClass { error.failureClass }
}
