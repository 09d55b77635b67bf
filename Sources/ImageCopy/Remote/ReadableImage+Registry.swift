import ImageContents
import ImageModel
import RegistryClient

extension ReadableImage {
  /// Follows a reference to an image. No layer is fetched before it is read.
  ///
  /// - Throws: `RegistryError`; ``ResolveError``; ``ImageContentError``; `CancellationError`.
  package static func open(
    _ reference: ImageReference, platform: Platform?, door: RegistryDoor, access: RegistryAccess,
    observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> ReadableImage {
    let sources = try ImageSources(reference, by: door, observe: observe)
    let resolver = ImageResolver(sources: sources)
    let image = try await resolver.resolve(platform: platform, observe: observe)
    let config = try resolver.parsedConfig(image.configBytes)
    let store = MirroredStore(
      sources, access,
      connections: OpenFileBudget.current.connections(wanted: access.network.connectionsPerHost),
      retrier: door.retrier, known: try image.manifest.layers.inlineBlobs(of: reference))
    return try ReadableImage(
      name: "\(reference)", manifestDigest: image.manifestDigest, layers: image.manifest.layers,
      config: config, in: store)
  }
}
