import ImageLayers
import ImageModel
import NIOPosix
import Waiting

/// The files of an image, as a container of it would see them.
package struct ImageFiles: Sendable {
  package let image: ReadableImage
  package let root: MergedRoot

  private static let bufferSize = 256 << 10

  /// Reads the headers of all layers.
  ///
  /// - Parameters:
  ///   - width: layers that are read at the same time.
  ///   - passed: told how many compressed bytes were read.
  /// - Throws: ``ImageContentError``; `ArchiveError`; `CancellationError`.
  package init(
    of image: ReadableImage, width: Int, passed: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws {
    self.image = image
    let merger = RootMerger(image: image, isDigesting: false, width: width, passed: passed)
    root = try await merger.merge(image.layers.indices, onto: MergedRoot())
  }

  /// Reads as many layers as are needed to know what is at a path. Of a registry the highest is fetched first, and none
  /// below the one that decides; those on disk are all read, several at a time.
  ///
  /// - Parameter isDigesting: whether the contents of files are to be known again when they are fetched once more.
  /// - Throws: ``ImageContentError``; `ArchiveError`; `RegistryError`; `CancellationError`.
  package init(
    of image: ReadableImage, for path: String, isDigesting: Bool, width: Int,
    passed: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws {
    let isRoot = path.utf8.allSatisfy { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".") }
    self.image = image
    guard !image.store.isAtHand, !isRoot else {
      let merger = RootMerger(image: image, isDigesting: false, width: width, passed: passed)
      root = try await merger.merge(image.layers.indices, onto: MergedRoot())
      return
    }
    var merger = RootMerger(image: image, isDigesting: isDigesting, width: 1, passed: passed)
    merger.entries = EntryCache(of: Set(image.layers.compactMap(\.identity)))
    var root = MergedRoot()
    for first in image.layers.indices.reversed() {
      root = try await merger.merge(
        first..<image.layers.count, onto: MergedRoot(keepsRemovals: first > 0, firstLayer: first))
      if root.isDecided(path) { break }
    }
    self.root = root
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
    guard let place = file.place, file.size > 0 else { return }
    let bytes = LayerBytes(image: image, layer: image.layers[place.layer])
    try await OwnThreads.run(1) { pool in
      try await bytes.readEntries(on: pool) { try Self.copy(place, of: file, in: bytes.layer, image.place, $0, write) }
    }
  }

  private static func copy(
    _ place: RootEntry.Place, of file: RootEntry, in layer: ReadableImage.Layer, _ image: ImageContentError.Place,
    _ reader: LayerReader, _ write: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var number = -1
    while try reader.next() != nil {
      number += 1
      guard number == place.entry else { continue }
      var hasher = file.contentDigest.map { DigestHasher($0.algorithm) }
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.bufferSize, alignment: 64)
      defer { buffer.deallocate() }
      while case let count = try reader.read(into: buffer), count > 0 {
        let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        hasher?.update(piece)
        try write(piece)
      }
      guard hasher?.finalize() == file.contentDigest else {
        throw ImageContentError.layerChanged(image: image, layer: layer.name)
      }
      return
    }
  }

  /// A path may begin with a slash or with dots; it never leads above the root.
  private func entry(at path: String, followingLink: Bool) throws(ImageContentError) -> RootEntry? {
    do { return try root.entry(at: path, followingLink: followingLink) } catch {
      throw .mergedRoot(image: image.name, error)
    }
  }
}
