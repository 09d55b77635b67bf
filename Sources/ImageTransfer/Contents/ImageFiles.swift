import ImageLayers
import ImageModel
import NIOPosix

/// The files of an image on disk, as a container of it would see them.
package struct ImageFiles: Sendable {
  package let image: LayeredImage
  package let root: MergedRoot

  /// Reads the headers of all layers.
  ///
  /// - Parameters:
  ///   - width: layers that are read at the same time.
  ///   - passed: told how many compressed bytes were read.
  /// - Throws: ``ImageContentError``; `ArchiveError`; `CancellationError`.
  package init(
    of image: LayeredImage, width: Int, passed: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws {
    self.image = image
    let merger = RootMerger(image: image, isDigesting: false, width: width, passed: passed)
    root = try await merger.merge(image.layers.indices, onto: MergedRoot())
  }

  /// What `ls` shows of a path: what is in a folder, or else what stands there itself. A link is followed where it leads to
  /// a folder.
  ///
  /// - Parameter isRecursive: what is in a folder's folders too.
  /// - Throws: ``ImageContentError``; what `body` throws.
  package func list(_ path: String, isRecursive: Bool, _ body: (RootEntry) throws -> Void) throws {
    let place = try entry(at: path, followingLink: true)
    guard place?.kind == .directory, let folder = place?.path else {
      guard let own = try entry(at: path, followingLink: false) else {
        throw ImageContentError.noSuchPath(image: image.name, path: path)
      }
      return try body(own)
    }
    if isRecursive {
      try root.forEach(below: folder, body)
    } else {
      for child in try root.children(of: folder) ?? [] { try body(child) }
    }
  }

  /// The file at a path; links are followed within the root.
  ///
  /// - Throws: ``ImageContentError`` where there is nothing, or something other than a file.
  package func file(at path: String) throws(ImageContentError) -> RootEntry {
    guard let found = try entry(at: path, followingLink: true) else {
      throw .noSuchPath(image: image.name, path: path)
    }
    guard found.kind == .file, found.place != nil else { throw .notAFile(image: image.name, path: path) }
    return found
  }

  /// Hands the bytes of a file to `write`, on a thread that may wait.
  ///
  /// - Throws: ``ImageContentError``; `ArchiveError`; `CancellationError`; what `write` throws.
  package func copy(
    _ file: RootEntry, write: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
  ) async throws {
    guard let place = file.place else { return }
    let layer = LayerBytes(image: image.name, layer: image.layers[place.layer])
    try await CancellationFlag.run { flag in
      try layer.read(flag) { reader in
        var number = -1
        while let entry = try reader.next() {
          number += 1
          guard number == place.entry, entry.size > 0 else { continue }
          let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
          defer { buffer.deallocate() }
          while case let count = try reader.read(into: buffer), count > 0 {
            try write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
          }
          return
        }
      }
    }
  }

  /// A path may begin with a slash or with dots; it never leads above the root.
  private func entry(at path: String, followingLink: Bool) throws(ImageContentError) -> RootEntry? {
    do { return try root.entry(at: path, followingLink: followingLink) } catch {
      throw .mergedRoot(image: image.name, error)
    }
  }
}
