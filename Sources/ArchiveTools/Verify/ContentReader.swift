import ImageArchive
import ImageLayers
import ImageModel

/// Reads one content of an archive once, from its first byte to its last, and says whether it is what it must be.
///
/// The bytes are digested as they are read, and a layer is decompressed and its entries are read in the same pass. It is used
/// on one thread.
final class ContentReader {
  struct Result: Sendable {
    var findings: [ArchiveFinding] = []
    /// Whether a layer has hard links to what it does not hold itself: a lower layer may.
    var linksToLowerLayers = false
  }

  private static let pieceSize = 1 << 20

  private struct Shorter: Error {}

  private let check: ContentCheck
  private let file: ArchiveBytes
  private let progress: (Int) -> Void
  private let isCancelled: () -> Bool
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceSize, alignment: 64)
  private var position: Int64 = 0
  /// One for each hash function that the bytes as they stand are digested with.
  private var hashers: [DigestHasher] = []

  /// - Parameters:
  ///   - progress: told after each piece how many bytes it had.
  ///   - isCancelled: asked before each piece.
  private init(
    _ check: ContentCheck, _ file: ArchiveBytes, progress: @escaping (Int) -> Void, isCancelled: @escaping () -> Bool
  ) {
    self.check = check
    self.file = file
    self.progress = progress
    self.isCancelled = isCancelled
  }

  deinit { buffer.deallocate() }

  /// - Throws: `ArchiveError` where the file cannot be read; `CancellationError`.
  static func read(
    _ check: ContentCheck, progress: @escaping (Int) -> Void, isCancelled: @escaping () -> Bool
  ) throws -> Result {
    guard let file = try check.content.open() else { return Result(findings: [.changed(name: check.memberName)]) }
    let reader = ContentReader(check, file, progress: progress, isCancelled: isCancelled)
    do {
      guard check.isLayer else { return Result(findings: try reader.bytes()) }
      guard let kind = check.mediaType.flatMap({ UnreadLayer($0) }) else { return try reader.layer() }
      let wrong = try reader.bytes()
      return Result(findings: wrong.isEmpty ? [.unreadLayer(name: check.memberName, kind)] : wrong)
    } catch is Shorter {
      return Result(findings: [.changed(name: check.memberName)])
    }
  }

  /// The next bytes; 0 at the end of the content.
  private func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    if isCancelled() { throw CancellationError() }
    let wanted = Int(min(Int64(buffer.count), check.content.size - position))
    guard wanted > 0 else { return 0 }
    let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
    guard try check.content.read(from: file, at: position, into: part) == wanted else { throw Shorter() }
    for index in hashers.indices { hashers[index].update(UnsafeRawBufferPointer(part)) }
    position += Int64(wanted)
    progress(wanted)
    return wanted
  }

  private func compression() throws -> Compression {
    let wanted = Int(min(Int64(Compression.markLength), check.content.size))
    let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
    guard try check.content.read(from: file, at: 0, into: part) == wanted else { throw Shorter() }
    return Compression(detecting: UnsafeRawBufferPointer(part))
  }

  /// Bytes of which nothing is known but their digest.
  private func bytes() throws -> [ArchiveFinding] {
    hashers = check.digest.map { [DigestHasher($0.algorithm)] } ?? []
    while try read(into: buffer) > 0 {}
    return wrongDigest().map { [$0] } ?? []
  }

  private func layer() throws -> Result {
    let compression = try compression()
    // A layer without compression has one digest, whatever it is called.
    let isPlain = compression == .none
    hashers = Set([check.digest, isPlain ? check.diffID : nil].compactMap { $0?.algorithm }).map { DigestHasher($0) }
    let stream = Decompressor({ [self] in try read(into: $0) }, digest: isPlain ? nil : check.diffID?.algorithm)
    let entries = LayerCheck()
    var faults: [LayerError] = []
    do {
      do { faults = try entries.faults(stream) } catch let error as LayerError where !error.isAboutStream {
        faults = [error]
        // The rest, for the digest of the plain bytes.
        while try stream.read(into: buffer) > 0 {}
      }
    } catch let error as LayerError {
      faults = [error]
      // The rest, for the digest of the bytes as they stand.
      while try read(into: buffer) > 0 {}
    }
    if let wrong = wrongDigest() { return Result(findings: [wrong]) }
    if let damage = faults.first(where: \.isAboutStream) {
      return Result(findings: [.damagedLayer(name: check.memberName, damage)])
    }
    if let diffID = check.diffID, let found = isPlain ? digest(diffID.algorithm) : stream.plainDigest, found != diffID {
      return Result(findings: [.wrongDiffID(name: check.memberName, expected: diffID, found: found)])
    }
    return Result(
      findings: faults.map { .unusableLayer(name: check.memberName, $0) } + remarks(compression),
      linksToLowerLayers: entries.linksToLowerLayers)
  }

  /// What a loader might make of it.
  private func remarks(_ compression: Compression) -> [ArchiveFinding] {
    var remarks: [ArchiveFinding] = []
    if let type = check.mediaType, let said = type.layerCompression, said != compression.rawValue {
      remarks.append(.otherCompression(name: check.memberName, says: type, is: compression))
    }
    if compression == .zstd { remarks.append(.zstd(name: check.memberName)) }
    return remarks
  }

  private func digest(_ algorithm: Digest.Algorithm) -> Digest? {
    hashers.first { $0.algorithm == algorithm }?.finalize()
  }

  private func wrongDigest() -> ArchiveFinding? {
    guard let digest = check.digest, let found = self.digest(digest.algorithm), found != digest else { return nil }
    return .wrongDigest(name: check.memberName, expected: digest, found: found)
  }
}

extension MediaType {
  /// The compression that a layer's type names; nil where it is no type of a layer.
  var layerCompression: String? {
    guard isImageLayer else { return nil }
    if rawValue.hasSuffix("gzip") { return Compression.gzip.rawValue }
    return rawValue.hasSuffix("zstd") ? Compression.zstd.rawValue : Compression.none.rawValue
  }
}
