import FileAccess
import HTTPAccess
import ImageArchive
import ImageModel
import NIOCore
import RegistryClient
import SystemPackage
import Waiting

/// An archive, its volumes or an image layout as a source.
package struct ArchiveStore: SourceStore {
  /// Bytes that are read at once.
  private static let piece: Int64 = 512 << 10

  package let archive: StoredArchive

  package init(_ archive: StoredArchive) {
    self.archive = archive
  }

  package var place: String { archive.path.string }

  package func meaning(of name: String?) async throws -> Descriptor {
    let images = try archive.images(named: name)
    guard let root = images.first?.root else { throw ImageStoreError.nameMissing(name ?? "", place: place) }
    return root.descriptor
  }

  package func document(_ descriptor: Descriptor) async throws -> ImageDocument? {
    try await Workers.current.run { try archive.document(descriptor) }
  }

  package func presence(of blob: Descriptor) async throws -> Presence {
    archive.blob(blob.digest, size: blob.size) == nil ? .absent : .present
  }

  package func read(_ blob: Descriptor, _ range: Range<Int64>, into sink: any ByteSink) async throws {
    guard let stored = archive.blob(blob.digest, size: blob.size),
      let file = try await Workers.current.run({ try stored.open() })
    else { throw ImageStoreError.missing(blob.digest, place: place) }
    guard !range.isEmpty else { return }
    let piece: @Sendable (Int64) async throws -> ByteBuffer = { start in
      let wanted = Int(min(Self.piece, range.upperBound - start))
      guard wanted > 0 else { return ByteBuffer() }
      return try await Workers.current.run {
        var buffer = ByteBufferAllocator().buffer(capacity: wanted)
        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { space in
          try stored.read(from: file, at: start, into: UnsafeMutableRawBufferPointer(rebasing: space[..<wanted]))
        }
        // A file that has become shorter.
        guard buffer.readableBytes == wanted else { throw FileError.fileReplaced(archive.path) }
        return buffer
      }
    }
    var position = range.lowerBound
    var bytes = try await piece(position)
    while bytes.readableBytes > 0 {
      try Task.checkCancellation()
      position += Int64(bytes.readableBytes)
      // The disk is read while the piece before is on its way.
      let start = position
      async let next = piece(start)
      try await sink.write(bytes)
      bytes = try await next
    }
  }
}
