import FileAccess
import ImageArchive
import ImageLayers
import ImageModel
import SystemPackage

/// Writes the root of an image as one tar archive.
package struct ImageExport: Sendable {
  let image: ReadableImage
  /// Layers that are read at the same time for their headers.
  let width: Int
  /// Told how many compressed bytes were read: all of them twice.
  let passed: @Sendable (Int) -> Void

  package init(_ image: ReadableImage, width: Int, passed: @escaping @Sendable (Int) -> Void = { _ in }) {
    self.image = image
    self.width = width
    self.passed = passed
  }

  /// Writes it to a file, which has its name only when all of it is there and every digest was right.
  ///
  /// - Throws: as ``run(write:)``.
  package func run(to path: FilePath) async throws {
    let file = try StreamedFile(path)
    do {
      try await run { try file.write($0) }
      try file.commit()
    } catch {
      try? file.discard()
      throw error
    }
  }

  /// Hands it to `write`, in order, on a thread that may wait. It has no end where something fails.
  ///
  /// - Throws: ``ImageContentError``; `ArchiveError`; `RegistryError`; what `write` throws; `CancellationError`.
  package func run(write: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void) async throws {
    let root = try await ImageFiles(of: image, width: width, passed: passed).root
    try await PlainLayers(image: image, passed: passed).work { layers, flag in
      var tar = try RootTar(root, write: write)
      for number in image.layers.indices {
        do { try tar.writeLayer(number, layers.nextLayer()) { try flag.check() } } catch let error as LayerError {
          throw try image.layers[number].failure(in: image.place, error)
        }
      }
      try tar.writeEnd()
    }
  }
}
