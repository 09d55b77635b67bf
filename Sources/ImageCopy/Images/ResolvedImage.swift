import HTTPAccess
import ImageArchive
import ImageModel
import RegistryClient

/// An image that a reference led to: everything that is known before the first layer's byte.
public struct ResolvedImage: Sendable {
  public let reference: ImageReference
  /// The manifest as the registry holds it.
  public let manifestBytes: [UInt8]
  public let manifestDigest: Digest
  public let manifest: Manifest
  public internal(set) var configBytes: [UInt8]
  public internal(set) var platform: Platform
  /// What the reference itself points to: an index, or the manifest.
  public let top: ImageDocument
  /// How many pulls the registry still allows, where it says so.
  public let rateLimit: RateLimit?

  /// Whether the reference names an index of several platforms.
  public var isOfIndex: Bool { top.descriptor.mediaType.isIndex }

  /// The manifest's own descriptor, without a platform: `ctr` drops images of foreign platforms by it.
  public var manifestDescriptor: Descriptor {
    Descriptor(mediaType: manifest.mediaType, digest: manifestDigest, size: Int64(manifestBytes.count))
  }

  var document: ImageDocument { .init(descriptor: manifestDescriptor, bytes: manifestBytes) }
}
