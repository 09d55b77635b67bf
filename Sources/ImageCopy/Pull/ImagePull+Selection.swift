import ImageModel
import RegistryClient
import Waiting

/// Finds the images that a pattern stands for.
extension ImagePull {
  /// The images of a registry that fit, in the order of repositories and versions.
  ///
  /// - Parameter tags: all must hold; none for every tag.
  /// - Throws: `RegistryError`; `CancellationError`.
  public func images(
    matching pattern: ImagePattern, tags: [TagSelection], observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> [ImageReference] {
    try await PatternSearch(door: door).images(matching: pattern, tags: tags, observe: observe)
  }

  /// What images would come to, each by itself, found out by asking for manifests alone.
  ///
  /// - Returns: in the order of the images.
  /// - Throws: `CancellationError`.
  public func measure(
    _ images: [RequestedImage], observe: @escaping @Sendable (PullWarning) -> Void
  ) async throws -> [MeasuredImage] {
    let outages = ImageSources.Outages()
    return try await inParallel(images, width: access.network.connectionsPerHost) { image in
      do {
        var resolver = ImageResolver(
          sources: try ImageSources(image.reference, by: door, outages: outages, observe: observe))
        resolver.asksForConfig = false
        let resolved = try await resolver.resolve(image) { _ in }
        let blobs = Dictionary(resolved.descriptors.map { ($0.digest, $0.size) }) { first, _ in first }
        return MeasuredImage(image: image, outcome: .blobs(blobs))
      } catch let error as any ClassifiedError {
        return MeasuredImage(image: image, outcome: .failure(error))
      }
    }
  }
}
