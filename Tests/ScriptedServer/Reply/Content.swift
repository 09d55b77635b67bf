import NIOCore
import SeededRandom

/// Bytes that a reply can send from any offset without holding them all in memory.
public struct Content: Sendable {
  typealias Source = @Sendable (_ offset: Int64, _ count: Int) throws -> ByteBuffer

  /// In bytes; nil: without an end.
  public let length: Int64?
  private let source: Source

  init(length: Int64?, source: @escaping Source) {
    self.length = length
    self.source = source
  }

  /// Exactly `count` bytes from `offset`; the caller keeps inside `length`.
  func read(at offset: Int64, count: Int) throws -> ByteBuffer {
    try source(offset, count)
  }

  public static let empty = Content.bytes([])

  public static func bytes(_ bytes: [UInt8]) -> Content {
    let buffer = ByteBuffer(bytes: bytes)
    return Content(length: Int64(bytes.count)) { offset, count in
      buffer.getSlice(at: Int(offset), length: count) ?? ByteBuffer()
    }
  }

  public static func text(_ text: String) -> Content {
    .bytes(Array(text.utf8))
  }

  /// Bytes made by a function of their offset and count.
  public static func generated(
    length: Int64?, by make: @escaping @Sendable (_ offset: Int64, _ count: Int) -> [UInt8]
  ) -> Content {
    Content(length: length) { ByteBuffer(bytes: make($0, $1)) }
  }

  /// Bytes that look random, the same for the same seed, in blocks that all differ, so that a byte at a wrong
  /// offset changes the digest. Made at the speed of a memory copy; nil: without an end.
  public static func random(length: Int64?, seed: UInt64) -> Content {
    let blocks = RandomBlocks(seed: seed)
    return Content(length: length) { blocks.read(at: $0, count: $1) }
  }

  /// The same byte, for ever by default.
  public static func repeating(_ byte: UInt8, length: Int64? = nil) -> Content {
    Content(length: length) { ByteBuffer(repeating: byte, count: $1) }
  }

  /// One bit of the byte at `position` inverted.
  public func flippingBit(at position: Int64, bit: Int = 0) -> Content {
    Content(length: length) { offset, count in
      var buffer = try read(at: offset, count: count)
      let index = position - offset
      if index >= 0, index < Int64(count) {
        let place = buffer.readerIndex + Int(index)
        let byte: UInt8 = buffer.getInteger(at: place) ?? 0
        buffer.setInteger(byte ^ (1 << UInt8(bit & 7)), at: place)
      }
      return buffer
    }
  }

  /// A part: from `start`, `count` bytes or up to the end.
  public func part(from start: Int64, count: Int64? = nil) -> Content {
    let rest = length.map { max(0, $0 - start) }
    let length = count.map { min($0, rest ?? $0) } ?? rest
    return Content(length: length) { try read(at: start + $0, count: $1) }
  }

  /// This content with other content behind it.
  public func followed(by next: Content) -> Content {
    guard let own = length else { return self }
    return Content(length: next.length.map { own + $0 }) { offset, count in
      var buffer = ByteBuffer()
      let mine = Int(min(Int64(count), max(0, own - offset)))
      if mine > 0 {
        var part = try read(at: offset, count: mine)
        buffer.writeBuffer(&part)
      }
      if mine < count {
        var part = try next.read(at: max(0, offset - own), count: count - mine)
        buffer.writeBuffer(&part)
      }
      return buffer
    }
  }

  /// All bytes, in chunks of at most `size`, in order. Of endless content there is no end.
  public func forEachChunk(size: Int = 1 << 20, _ body: ([UInt8]) throws -> Void) throws {
    var offset: Int64 = 0
    while true {
      let count = Int(min(Int64(size), (length ?? .max) - offset))
      guard count > 0 else { return }
      try body(Array(try read(at: offset, count: count).readableBytesView))
      offset += Int64(count)
    }
  }

  /// All bytes in memory; meant for small content.
  public func allBytes() throws -> [UInt8] {
    var bytes: [UInt8] = []
    try forEachChunk { bytes += $0 }
    return bytes
  }
}
