import ImageArchive
import ImageLayers
import ImageModel

extension ReadableImage.Layer {
  /// What is wrong with a layer that cannot be read. To fetch it anew helps only where its bytes are not those of its digest:
  /// so they are read once more, where they are on disk.
  ///
  /// - Throws: `ArchiveError` where its file cannot be read.
  func failure(in image: ImageContentError.Place, _ error: LayerError) throws -> any Error {
    let plain = ImageContentError.layer(image: image, layer: name, error)
    guard error.failureClass == .integrity, let content, let digest = descriptor?.digest,
      let file = try content.open()
    else { return plain }
    var hasher = DigestHasher(digest.algorithm)
    try hasher.update(0..<content.size) { buffer, position in
      try Task.checkCancellation()
      return try content.read(from: file, at: position, into: buffer)
    }
    guard hasher.finalize() == digest else { return ArchiveError.unreadable(content.path, .wrongContent(name: name)) }
    return ImageContentError.layerMadeSo(image: image, layer: name, error)
  }
}
