import ImageArchive
import ImageLayers
import ImageModel

/// Reads one layer of an image, on a thread that may wait.
struct LayerBytes: Sendable {
  let image: String
  let layer: ReadableImage.Layer
  var limits = LayerLimits.standard

  /// Hands the entries of a layer on disk to `body`, and checks its diff id where the config has one and all of it was
  /// read.
  ///
  /// - Parameters:
  ///   - flag: asked before each read.
  ///   - passed: told how many bytes were read.
  /// - Throws: ``ImageContentError``; `ArchiveError`; `CancellationError`; what `body` throws.
  func read(
    _ flag: CancellationFlag, passed: @escaping @Sendable (Int) -> Void = { _ in }, _ body: (LayerReader) throws -> Void
  ) throws {
    guard let content = layer.content else {
      throw ImageContentError.missingLayer(image: image, layer: layer.name)
    }
    guard let file = try content.open() else { throw ArchiveError.fileReplaced(content.path) }
    var position: Int64 = 0
    try read(
      from: { buffer in
        try flag.check()
        let wanted = Int(min(content.size - position, Int64(buffer.count)))
        let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
        guard try content.read(from: file, at: position, into: part) == wanted else {
          throw ImageContentError.layerCutOff(image: image, layer: layer.name)
        }
        position += Int64(wanted)
        passed(wanted)
        return wanted
      }, body)
  }

  /// The same, from wherever the compressed bytes come.
  func read(from source: @escaping ByteSource, _ body: (LayerReader) throws -> Void) throws {
    let stream = Decompressor(source, limits: limits, digest: layer.diffID?.algorithm)
    do { try body(LayerReader(stream, limits: limits)) } catch let error as LayerError {
      throw ImageContentError.layer(image: image, layer: layer.name, error)
    }
    guard let expected = layer.diffID, let found = stream.plainDigest, found != expected else { return }
    throw ImageContentError.wrongDiffID(image: image, layer: layer.name, expected: expected, found: found)
  }
}
