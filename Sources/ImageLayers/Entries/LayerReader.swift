import TarFormat

/// The entries of a layer, each once, in their order, and the contents of its files (OCI image-spec, layer.md; POSIX.1-2017,
/// pax; GNU tar manual).
///
///     let reader = LayerReader(Decompressor(source))
///     while let entry = try reader.next() {
///       guard entry.kind == .file, entry.whiteout == nil else { continue }
///       while case let count = try reader.read(into: buffer), count > 0 { … }
///     }
///
/// It is used on one thread. What a caller does not read of a content is passed over.
///
/// Layers of real images do not all end as POSIX wants it. As Go's `archive/tar`, which engines read layers with, it takes
/// one without zero blocks at the end, one whose last file does not fill its last block, one with a single zero block, and
/// any bytes behind two of them; and it refuses a header behind a single one. Global extended headers are passed over, as engines do; one that would name or size members is refused.
package final class LayerReader {
  private static let bufferSize = 256 << 10

  let stream: Decompressor
  let limits: LayerLimits
  private let buffer: UnsafeMutableRawBufferPointer
  /// The bytes of ``buffer`` that were not taken yet.
  private var unread = 0..<0

  /// Where the next byte is in the plain layer.
  var offset: Int64 { stream.plainCount - Int64(unread.count) }
  /// Entries and extended headers so far.
  private var count = 0
  private var isAtEnd = false
  var content = EntryContent()
  private var holeBytes: Int64 = 0
  private var path = LayerPath.root

  package init(_ stream: Decompressor, limits: LayerLimits = .standard) {
    self.stream = stream
    self.limits = limits
    buffer = .allocate(byteCount: Self.bufferSize, alignment: 64)
  }

  deinit { buffer.deallocate() }

  /// The next entry; nil at the end. By then the whole stream has been read and its checksums were right, so that
  /// ``Decompressor/plainDigest`` tells its digest.
  ///
  /// - Throws: ``LayerError``; what the stream's source throws.
  package func next() throws -> LayerEntry? {
    guard !isAtEnd else { return nil }
    try skip(content.remaining)
    try skip(content.padding, mayEnd: true)
    content = EntryContent()
    var extensions = EntryExtensions()
    while true {
      let start = offset
      guard let header = try readHeader() else {
        guard extensions.isEmpty else { throw LayerError.malformedHeader(offset: start) }
        try drain()
        return nil
      }
      count += 1
      guard count <= limits.entries else { throw LayerError.tooManyEntries(limit: limits.entries) }
      guard try !take(header.block, into: &extensions, at: start) else { continue }
      let entry = try entry(header, extensions, at: start)
      path = entry.path
      return entry
    }
  }

  /// Puts bytes of the current file into the buffer, holes as zeros, and returns how many: at least one until the file's
  /// end, and then 0. What is no file has none.
  ///
  /// - Throws: ``LayerError``; what the stream's source throws.
  package func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    let hole = Int(min(content.hole, Int64(target.count)))
    guard hole == 0 else {
      holeBytes += Int64(hole)
      guard holeBytes <= limits.holeBytes else {
        throw LayerError.holesTooLarge(member: path.text, limit: limits.holeBytes)
      }
      UnsafeMutableRawBufferPointer(rebasing: target[..<hole]).initializeMemory(as: UInt8.self, repeating: 0)
      content.pass(hole: Int64(hole))
      return hole
    }
    let wanted = Int(min(content.data, Int64(target.count)))
    guard wanted > 0 else { return 0 }
    let count = try readStream(into: UnsafeMutableRawBufferPointer(rebasing: target[..<wanted]))
    content.pass(data: Int64(count))
    return count
  }

  /// Puts data of the current file into the buffer and passes over its holes. Returns where in the file they belong and how
  /// many bytes they are; nil at the end of the data, behind which there may be a hole up to ``LayerEntry/size``.
  ///
  /// - Throws: ``LayerError``; what the stream's source throws.
  package func readData(
    into target: UnsafeMutableRawBufferPointer
  ) throws -> (position: Int64, count: Int)? {
    content.pass(hole: content.hole)
    let position = content.position
    let wanted = Int(min(content.data, Int64(target.count)))
    guard wanted > 0 else { return nil }
    let count = try readStream(into: UnsafeMutableRawBufferPointer(rebasing: target[..<wanted]))
    content.pass(data: Int64(count))
    return (position, count)
  }

  /// The next header; nil at the end of the archive.
  private func readHeader() throws -> (block: TarBlock, bytes: UnsafeRawBufferPointer)? {
    let start = offset
    guard let bytes = try readBlock() else { return nil }
    if Self.isZero(bytes) {
      guard let second = try readBlock() else { return nil }
      guard Self.isZero(second) else { throw LayerError.malformedHeader(offset: start) }
      return nil
    }
    guard let block = TarBlock(bytes) else {
      throw start == 0 ? LayerError.notATar : .malformedHeader(offset: start)
    }
    return (block, bytes)
  }

  private static func isZero(_ block: UnsafeRawBufferPointer) -> Bool {
    stride(from: 0, to: block.count, by: 8).allSatisfy { block.loadUnaligned(fromByteOffset: $0, as: UInt64.self) == 0 }
  }

  /// The next block, in the reader's own buffer until something else is read; nil at the end of the stream.
  func readBlock() throws -> UnsafeRawBufferPointer? {
    while unread.count < TarHeader.blockSize {
      if buffer.count - unread.lowerBound < TarHeader.blockSize {
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[unread]))
        unread = 0..<unread.count
      }
      guard try fill() else {
        guard unread.isEmpty else { throw LayerError.truncatedTar(offset: offset) }
        return nil
      }
    }
    let block = UnsafeRawBufferPointer(rebasing: buffer[unread.prefix(TarHeader.blockSize)])
    unread = unread.dropFirst(TarHeader.blockSize)
    return block
  }

  /// Reads more behind the unread bytes; false at the end of the stream.
  private func fill() throws -> Bool {
    if unread.isEmpty { unread = 0..<0 }
    let count = try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[unread.upperBound...]))
    unread = unread.lowerBound..<(unread.upperBound + count)
    return count > 0
  }

  /// At least one byte. A large buffer is filled by the stream itself, without a copy.
  func readStream(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    if unread.isEmpty, target.count >= Self.bufferSize / 4 {
      let count = try stream.read(into: target)
      guard count > 0 else { throw LayerError.truncatedTar(offset: offset) }
      return count
    }
    if unread.isEmpty, try !fill() { throw LayerError.truncatedTar(offset: offset) }
    let count = min(unread.count, target.count)
    target.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[unread.prefix(count)]))
    unread = unread.dropFirst(count)
    return count
  }

  /// - Parameter mayEnd: whether the stream may end there.
  private func skip(_ count: Int64, mayEnd: Bool = false) throws {
    var rest = count
    while rest > 0 {
      if unread.isEmpty, try !fill() {
        if mayEnd { return }
        throw LayerError.truncatedTar(offset: offset)
      }
      let part = Int(min(rest, Int64(unread.count)))
      unread = unread.dropFirst(part)
      rest -= Int64(part)
    }
  }

  /// Reads what stands behind the archive, so that the stream's checksum is compared and its digest known.
  private func drain() throws {
    isAtEnd = true
    unread = 0..<0
    while try stream.read(into: buffer) > 0 {}
  }
}
