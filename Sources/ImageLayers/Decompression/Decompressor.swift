import ImageModel

/// Where bytes come from: puts some into the buffer, waiting for them where it must, and returns how many; 0 at the end.
package typealias ByteSource = (UnsafeMutableRawBufferPointer) throws -> Int

/// The plain bytes of a layer, pulled from a source of compressed ones. Its first bytes alone say how it is compressed.
///
/// It is used on one thread, and holds 256 KiB and what the format's window needs.
package final class Decompressor {
  private static let inputSize = 256 << 10

  private let source: ByteSource
  private let limits: LayerLimits
  private var decoder: (any StreamDecoder)?
  private var isStarted = false

  private let input: UnsafeMutableRawBufferPointer
  /// The bytes of ``input`` that were not taken yet.
  private var unread = 0..<0
  private var isSourceAtEnd = false

  /// Whether the last member has ended and no other one has begun.
  private var isBetweenMembers = false
  private var isMemberEmpty = true
  private var emptyMembers = 0

  private var hasher: DigestHasher
  private let isDigesting: Bool

  /// How the stream is compressed; ``Compression/none`` before the first byte was read.
  package private(set) var compression = Compression.none
  /// The plain bytes that were given so far.
  package private(set) var plainCount: Int64 = 0
  /// The bytes of the source that were used so far.
  package private(set) var sourceCount: Int64 = 0
  /// Whether everything was read.
  package private(set) var isAtEnd = false

  /// - Parameter digest: how the plain bytes are digested while they pass; nil where nobody wants to know.
  package init(_ source: @escaping ByteSource, limits: LayerLimits = .standard, digest: Digest.Algorithm? = nil) {
    self.source = source
    self.limits = limits
    isDigesting = digest != nil
    hasher = DigestHasher(digest ?? .sha256)
    input = .allocate(byteCount: Self.inputSize, alignment: 64)
  }

  /// Of bytes that were decompressed already, whatever they begin with.
  package static func plain(_ source: @escaping ByteSource, limits: LayerLimits = .standard) -> Decompressor {
    let stream = Decompressor(source, limits: limits)
    stream.isStarted = true
    return stream
  }

  deinit { input.deallocate() }

  /// The digest of all plain bytes, which a config has as `diff_ids`; nil before the end, or where it was not asked for.
  package var plainDigest: Digest? { isDigesting && isAtEnd ? hasher.finalize() : nil }

  /// Puts plain bytes into the buffer and returns how many: at least one until the end, and then 0. By then all checksums
  /// of the stream have been found right, and nothing stands behind it.
  ///
  /// - Throws: ``LayerError``; what the source throws.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard !isAtEnd, !buffer.isEmpty else { return 0 }
    if !isStarted { try start() }
    let count = try decoder.map { try decode($0, into: buffer) } ?? pass(into: buffer)
    plainCount += Int64(count)
    guard plainCount <= limits.plainBytes else { throw LayerError.tooLarge(limit: limits.plainBytes) }
    if isDigesting { hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
    isAtEnd = count == 0
    return count
  }

  /// Fills as much of the input as the mark at its beginning needs, and chooses the decoder.
  private func start() throws {
    isStarted = true
    while unread.count < Compression.markLength, !isSourceAtEnd {
      let count = try source(UnsafeMutableRawBufferPointer(rebasing: input[unread.upperBound...]))
      unread = 0..<(unread.upperBound + count)
      isSourceAtEnd = count == 0
    }
    compression = Compression(detecting: UnsafeRawBufferPointer(rebasing: input[unread]))
    switch compression {
    case .none: break
    case .gzip: decoder = GzipDecoder()
    case .zstd: decoder = ZstdDecoder(windowLog: limits.windowLog)
    case .bzip2, .xz: throw LayerError.unsupportedCompression(compression)
    }
  }

  /// Gives the source's own bytes.
  private func pass(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count: Int
    if unread.isEmpty {
      count = isSourceAtEnd ? 0 : try source(buffer)
    } else {
      count = min(unread.count, buffer.count)
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[unread.prefix(count)]))
      unread = unread.dropFirst(count)
    }
    sourceCount += Int64(count)
    return count
  }

  private func decode(_ decoder: any StreamDecoder, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      if unread.isEmpty, !isSourceAtEnd {
        let count = try source(input)
        unread = 0..<count
        isSourceAtEnd = count == 0
      }
      if unread.isEmpty, isBetweenMembers { return 0 }
      let step = try decoder.step(input: UnsafeRawBufferPointer(rebasing: input[unread]), output: buffer)
      unread = unread.dropFirst(step.consumed)
      sourceCount += Int64(step.consumed)
      if step.consumed > 0 || step.produced > 0 {
        isBetweenMembers = false
      } else {
        throw unread.isEmpty ? LayerError.truncated(compression) : .damaged(compression)
      }
      try count(step)
      if step.produced > 0 { return step.produced }
    }
  }

  private func count(_ step: DecoderStep) throws(LayerError) {
    if step.produced > 0 { isMemberEmpty = false }
    guard step.isEndOfMember else { return }
    if isMemberEmpty { emptyMembers += 1 }
    guard emptyMembers <= limits.emptyMembers else { throw .tooManyEmptyMembers(limit: limits.emptyMembers) }
    (isBetweenMembers, isMemberEmpty) = (true, true)
  }
}
