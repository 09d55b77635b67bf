import BlobTransfer
import FileAccess
import ImageArchive
import ImageLayers
import ImageModel
import NIOCore
import SystemPackage
import Waiting

/// Writes the layers of images anew, with another compression. Each is checked against what the configs say is inside of
/// it. Several layers are worked on at once, in memory that does not depend on their size.
struct LayerRewriting: Sendable {
  let form: LayerCompression
  /// Where the new layers take their space.
  let folder: @Sendable () throws(FileError) -> FilePath
  let stopwatch: Stopwatch
  /// Told how many bytes of the layers, as they were, have been read.
  let observe: @Sendable (TransferProgress) -> Void

  /// A layer, and what is inside of it by every config that says so.
  private struct Work: Sendable {
    let layer: ContentOnDisk
    var diffIDs: [Digest]
  }

  /// - Parameter contents: where the layers stand.
  /// - Returns: new layers, by the digests of those in whose place they are.
  /// - Throws: ``ConversionError``; `ArchiveError`; `CancellationError`.
  func run(
    _ images: [ConversionImage], _ contents: [Digest: ContentOnDisk]
  ) async throws -> [Digest: ContentOnDisk] {
    guard form != .asIs else { return [:] }
    let work = try await work(images, contents).sorted { $0.layer.descriptor.size > $1.layer.descriptor.size }
    guard !work.isEmpty else { return [:] }
    let tally = BlobTally(
      work.map { BlobProgress(digest: $0.layer.descriptor.digest, kind: .layer, size: $0.layer.descriptor.size) },
      stopwatch: stopwatch, observe: observe)
    // The largest first, one for each core at a time.
    let folder = try folder()
    let made = try await inParallel(Array(work.enumerated()), width: System.coreCount) { index, item in
      let content = try await CancellationFlag.run { cancelled in
        try rewrite(item, in: folder, unless: cancelled) { tally.placed(index, $0) }
      }
      return (item.layer.descriptor.digest, content)
    }
    tally.finished()
    return Dictionary(uniqueKeysWithValues: made)
  }

  /// Which layers have to be written anew, each once.
  private func work(_ images: [ConversionImage], _ contents: [Digest: ContentOnDisk]) async throws -> [Work] {
    try await CancellationFlag.run { cancelled in
      var work: [Digest: Work] = [:]
      var kept: Set<Digest> = []
      for (platform, diffIDs) in images.flatMap({ zip($0.parts.platforms, $0.diffIDs) }) {
        for (digest, diffID) in zip(platform.manifest.layers.map(\.digest), diffIDs) {
          try cancelled.check()
          guard !kept.contains(digest), let layer = contents[digest] else { continue }
          if let kind = UnreadLayer(layer.descriptor.mediaType) {
            throw ConversionError.unreadLayer(layer.path, name: layer.name, kind)
          }
          if let known = work[digest] {
            if !known.diffIDs.contains(diffID) { work[digest]?.diffIDs.append(diffID) }
          } else if form.rewrites(try Self.compression(of: layer)) {
            work[digest] = Work(layer: layer, diffIDs: [diffID])
          } else {
            kept.insert(digest)
          }
        }
      }
      return Array(work.values)
    }
  }

  private static func compression(of layer: ContentOnDisk) throws -> Compression {
    let (bytes, offset) = try layer.open()
    var mark = [UInt8](repeating: 0, count: Int(min(Int64(Compression.markLength), layer.descriptor.size)))
    let count = try mark.withUnsafeMutableBytes { try bytes.readFully(into: $0, at: offset) }
    return Compression(detecting: mark.prefix(count))
  }

  private func rewrite(
    _ work: Work, in folder: FilePath, unless cancelled: CancellationFlag, _ progress: @escaping (Int64) -> Void
  ) throws -> ContentOnDisk {
    let layer = work.layer
    let (bytes, offset) = try layer.open()
    let file = try NamelessFile(in: folder)
    var position: Int64 = 0
    var packed = DigestHasher(layer.descriptor.digest.algorithm)
    var size: Int64 = 0
    let plain = Decompressor(
      { buffer in
        try cancelled.check()
        let wanted = Int(min(Int64(buffer.count), layer.descriptor.size - position))
        let count = try bytes.readFully(
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: offset + position)
        position += Int64(count)
        progress(position)
        return count
      }, digest: work.diffIDs[0].algorithm)
    func put(_ bytes: UnsafeRawBufferPointer) throws {
      packed.update(bytes)
      size += Int64(bytes.count)
      try file.append(bytes)
    }
    let encoder = form == .gzip ? GzipEncoder() : nil
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { buffer.deallocate() }
    do {
      while true {
        let count = try plain.read(into: buffer)
        guard count > 0 else { break }
        let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        if let encoder { try encoder.add(piece, put) } else { try put(piece) }
      }
      try encoder?.finish(put)
    } catch let error as LayerError {
      throw ConversionError.layer(layer.path, name: layer.name, error)
    } catch let error as Errno { throw FileError.system(.read, layer.path, error) }
    // Where two configs say different things of it, one of them is wrong.
    for diffID in work.diffIDs where plain.plainDigest != diffID {
      throw ConversionError.layerDiffers(
        layer.path, name: layer.name, expected: diffID, found: plain.plainDigest ?? diffID)
    }
    let type = form.type(insteadOf: layer.descriptor.mediaType)
    return ContentOnDisk(
      descriptor: Descriptor(mediaType: type, digest: packed.finalize(), size: size), source: .made(file),
      path: layer.path, name: layer.name)
  }
}
