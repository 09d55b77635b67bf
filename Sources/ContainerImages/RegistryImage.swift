import ImageCopy
import ImageModel

/// An image of a registry: its documents, and its blobs for the asking.
public struct RegistryImage: Sendable {
  public let reference: ImageReference
  /// The digest of the manifest, for the platform that was asked for.
  public let digest: Digest
  public let platform: Platform
  /// Its `layers` are what ``withBytes(of:_:)`` takes (image-spec, manifest.md).
  public let manifest: Manifest
  /// The manifest byte for byte.
  public let manifestBytes: [UInt8]
  /// The config byte for byte (image-spec, config.md).
  public let configBytes: [UInt8]
  private let store: MirroredStore

  init(_ reference: ImageReference, platform: Platform?, door: RegistryDoor, access: RegistryAccess) async throws {
    let sources = try ImageSources(reference, by: door) { _ in }
    let image = try await ImageResolver(sources: sources).resolve(platform: platform) { _ in }
    self.reference = reference
    digest = image.manifestDigest
    self.platform = image.platform
    manifest = image.manifest
    manifestBytes = image.manifestBytes
    configBytes = image.configBytes
    store = MirroredStore(sources, access, retrier: door.retrier)
  }

  /// Fetches a blob, over several connections and with all retries, while `body` reads it in order.
  ///
  /// The last piece comes only where the digest of the whole is right, so that who has read to the end has the blob. Bytes
  /// are fetched no further ahead than some MiB before what `body` has read.
  ///
  /// - Throws: `RegistryError`; what `body` throws; `CancellationError`.
  public func withBytes(
    of blob: Descriptor, _ body: @escaping @Sendable (StreamedBytes) async throws -> Void
  ) async throws {
    try await StreamedBytes.pass(to: body) { try await store.readChecked(blob, into: $0) }
  }
}
