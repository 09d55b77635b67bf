import ImageLayers
import ImageModel
import SystemPackage

/// Unpacks an image: its layers, one upon another, become the files in a folder.
///
/// The folder has its name only when all of it is there and every digest was right; what fails is removed.
package struct ImageUnpack: Sendable {
  let image: ReadableImage
  let limits: UnpackLimits
  /// Told how many compressed bytes were read.
  let passed: @Sendable (Int) -> Void

  package init(
    _ image: ReadableImage, limits: UnpackLimits = .standard, passed: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    self.image = image
    self.limits = limits
    self.passed = passed
  }

  /// - Throws: `UnpackError`; ``ImageContentError``; `ArchiveError`; `RegistryError`; `CancellationError`.
  package func run(to folder: FilePath) async throws -> UnpackCounts {
    var layers = PlainLayers(image: image, passed: passed)
    // Headers, and what is not written, come on top of what may be written.
    let plainBytes = limits.bytes.multipliedReportingOverflow(by: 2)
    layers.limits.plainBytes = max(layers.limits.plainBytes, plainBytes.overflow ? .max : plainBytes.partialValue)
    return try await layers.work { layers, flag in
      let target = try UnpackFolder(folder)
      do {
        let unpacker = LayerUnpacker(target.root, limits: limits) { try flag.check() }
        for layer in image.layers {
          do { try unpacker.apply(layers.nextLayer()) } catch let error as LayerError {
            throw try layer.failure(in: image.place, error)
          }
        }
        try target.commit { try flag.check() }
      } catch {
        try? target.discard()
        throw error
      }
      return target.root.counts
    }
  }
}
