import FileAccess
import ImageArchive
import ImageModel

/// Copies a blob into a layout. Its bytes are believed for their digest alone.
struct BlobCopy {
  private let content: StoredContent
  private let digest: Digest

  init(_ content: StoredContent, digest: Digest) {
    (self.content, self.digest) = (content, digest)
  }

  private static let piece: Int64 = 1 << 20

  /// - Returns: whether the blob is there now: false where its source is gone or damaged.
  /// - Throws: `FileError`.
  func run(into uploads: LayoutUploads) throws -> Bool {
    guard let file = try content.open() else { return false }
    let upload = try uploads.begin("copy-\(UInt64.random(in: .min ... .max))")
    do {
      var hasher = DigestHasher(digest.algorithm)
      var buffer = [UInt8](repeating: 0, count: Int(min(Self.piece, max(content.size, 1))))
      var position: Int64 = 0
      while position < content.size {
        let wanted = Int(min(Int64(buffer.count), content.size - position))
        try buffer.withUnsafeMutableBytes { buffer in
          let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
          guard try content.read(from: file, at: position, into: piece) == wanted else {
            throw FileError.fileReplaced(content.path)
          }
          hasher.update(UnsafeRawBufferPointer(piece))
          try upload.write(UnsafeRawBufferPointer(piece), at: position)
        }
        position += Int64(wanted)
      }
      guard hasher.finalize() == digest else {
        try upload.discard()
        return false
      }
      try upload.commit(as: digest, count: content.size)
      return true
    } catch {
      try? upload.discard()
      throw error
    }
  }
}
