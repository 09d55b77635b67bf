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
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var position: Int64 = 0
    while position < content.size {
      try Task.checkCancellation()
      let wanted = Int(min(Int64(buffer.count), content.size - position))
      let count = try buffer.withUnsafeMutableBytes { bytes in
        let part = UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted])
        let count = try content.read(from: file, at: position, into: part)
        hasher.update(UnsafeRawBufferPointer(rebasing: part[..<count]))
        return count
      }
      guard count > 0 else { return plain }
      position += Int64(count)
    }
    guard hasher.finalize() == digest else { return ArchiveError.unreadable(content.path, .wrongContent(name: name)) }
    return ImageContentError.layerMadeSo(image: image, layer: name, error)
  }
}
