import ImageArchive
import ImageLayers
import ImageModel
import NIOCore
import NIOPosix
import SystemPackage

/// Writes the layers of images anew, with another compression. Each is checked against what the config says is inside of
/// it. Several layers are worked on at once, in memory that does not depend on their size.
struct LayerRewriting: Sendable {
  let form: LayerForm
  /// Where the new layers take their space.
  let folder: FilePath
  /// Told how many bytes of a layer, as it was, have been read.
  let progress: @Sendable (Digest, Int64) -> Void

  /// Which layers of an image have to be written anew.
  func affected(_ image: ConversionImage) async throws -> Set<Digest> {
    guard form != .asIs else { return [] }
    return try await NIOThreadPool.singleton.runIfActive {
      var affected: Set<Digest> = []
      for layer in image.layers where form.rewrites(try Self.compression(of: layer)) {
        affected.insert(layer.descriptor.digest)
      }
      return affected
    }
  }

  /// - Returns: the images with their new layers; one of which no layer changes is as it was.
  /// - Throws: ``ConversionError``; `ArchiveError`; `CancellationError`.
  func run(_ images: [ConversionImage]) async throws -> [ConversionImage] {
    var work: [Digest: (layer: ContentOnDisk, diffID: Digest)] = [:]
    for image in images {
      let affected = try await affected(image)
      for (layer, diffID) in zip(image.layers, image.diffIDs) where affected.contains(layer.descriptor.digest) {
        work[layer.descriptor.digest] = (layer, diffID)
      }
    }
    let made = try await rewriteAll(work.values.sorted { $0.layer.descriptor.size > $1.layer.descriptor.size })
    return images.map { image in
      guard image.layers.contains(where: { made[$0.descriptor.digest] != nil }) else { return image }
      var image = image
      image.replace(image.layers.map { made[$0.descriptor.digest] ?? $0 })
      return image
    }
  }

  /// The largest first, one for each core at a time.
  private func rewriteAll(
    _ work: [(layer: ContentOnDisk, diffID: Digest)]
  ) async throws -> [Digest: ContentOnDisk] {
    try await withThrowingTaskGroup(of: (Digest, ContentOnDisk).self) { group in
      var made: [Digest: ContentOnDisk] = [:]
      for (index, item) in work.enumerated() {
        if index >= System.coreCount, let (digest, content) = try await group.next() { made[digest] = content }
        group.addTask { (item.layer.descriptor.digest, try await rewrite(item.layer, inside: item.diffID)) }
      }
      for try await (digest, content) in group { made[digest] = content }
      return made
    }
  }

  private static func compression(of layer: ContentOnDisk) throws -> Compression {
    let (bytes, offset) = try layer.open()
    var mark = [UInt8](repeating: 0, count: Int(min(Int64(Compression.markLength), layer.descriptor.size)))
    let count = try mark.withUnsafeMutableBytes { try bytes.readFully(into: $0, at: offset) }
    return Compression(detecting: mark.prefix(count))
  }

  private func rewrite(_ layer: ContentOnDisk, inside diffID: Digest) async throws -> ContentOnDisk {
    try await CancellationFlag.run { try rewrite(layer, inside: diffID, unless: $0) }
  }

  private func rewrite(
    _ layer: ContentOnDisk, inside diffID: Digest, unless cancelled: CancellationFlag
  ) throws -> ContentOnDisk {
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
        progress(layer.descriptor.digest, position)
        return count
      }, digest: diffID.algorithm)
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
    } catch let error as Errno { throw ArchiveError.system(.read, layer.path, error) }
    guard let found = plain.plainDigest, found == diffID else {
      throw ConversionError.layerDiffers(
        layer.path, name: layer.name, expected: diffID, found: plain.plainDigest ?? diffID)
    }
    let type = form.type(insteadOf: layer.descriptor.mediaType)
    return ContentOnDisk(
      descriptor: Descriptor(mediaType: type, digest: packed.finalize(), size: size), source: .made(file),
      path: layer.path, name: layer.name)
  }
}
