import NIOCore
import SeededRandom

/// A body that need not be in memory: its bytes are made from any offset on.
public struct ReplyBody: Sendable {
  typealias Source = @Sendable (_ offset: Int64, _ count: Int) -> ByteBuffer

  /// In bytes; `Int64.max` for a body without an end.
  public let count: Int64
  private let source: Source

  init(count: Int64, source: @escaping Source) {
    self.count = count
    self.source = source
  }

  public init(_ bytes: [UInt8]) {
    let buffer = ByteBuffer(bytes: bytes)
    self.init(count: Int64(bytes.count)) { offset, count in
      buffer.getSlice(at: Int(offset), length: count) ?? ByteBuffer()
    }
  }

  public init(_ text: String) {
    self.init(Array(text.utf8))
  }

  /// - Parameter fill: the bytes from `offset` on, as many as asked for.
  public init(count: Int64, fill: @escaping @Sendable (_ offset: Int64, _ count: Int) -> [UInt8]) {
    self.init(count: count, source: { ByteBuffer(bytes: fill($0, $1)) })
  }

  public static let empty = ReplyBody([])

  /// Bytes that look random, the same for the same seed, in blocks that all differ, so that bytes at a wrong offset
  /// change the digest. Made at the speed of a memory copy; without an end by default.
  public static func random(count: Int64 = .max, seed: UInt64) -> ReplyBody {
    let blocks = RandomBlocks(seed: seed)
    return ReplyBody(count: count, source: { blocks.read(at: $0, count: $1) })
  }

  /// The same byte again and again; without an end by default.
  public static func repeating(_ byte: UInt8, count: Int64 = .max) -> ReplyBody {
    ReplyBody(count: count, source: { ByteBuffer(repeating: byte, count: $1) })
  }

  public var isEndless: Bool { count == .max }

  public func bytes(_ range: Range<Int64>) -> [UInt8] {
    Array(read(at: range.lowerBound, count: Int(range.upperBound - range.lowerBound)).readableBytesView)
  }

  /// All bytes in memory; meant for small bodies.
  public var allBytes: [UInt8] { bytes(0..<count) }

  /// All bytes in order, a piece at a time.
  public func forEachPiece(_ body: ([UInt8]) throws -> Void) rethrows {
    var offset: Int64 = 0
    while offset < count {
      let end = min(count, offset + 1 << 20)
      try body(bytes(offset..<end))
      offset = end
    }
  }

  public func slice(_ range: Range<Int64>) -> ReplyBody {
    ReplyBody(count: range.upperBound - range.lowerBound, source: { read(at: range.lowerBound + $0, count: $1) })
  }

  public func prefix(_ most: Int64) -> ReplyBody { slice(0..<min(count, most)) }

  /// One bit of the byte at `position` inverted.
  public func flippingBit(at position: Int64, bit: UInt8 = 0) -> ReplyBody {
    ReplyBody(
      count: count,
      source: { offset, count in
        var buffer = read(at: offset, count: count)
        if position >= offset, position - offset < Int64(count) {
          let place = buffer.readerIndex + Int(position - offset)
          let byte: UInt8 = buffer.getInteger(at: place) ?? 0
          buffer.setInteger(byte ^ (1 << (bit & 7)), at: place)
        }
        return buffer
      })
  }

  /// This body with another behind it.
  public func followed(by next: ReplyBody) -> ReplyBody {
    let own = count
    let (sum, isTooLong) = own.addingReportingOverflow(next.count)
    return ReplyBody(
      count: isTooLong ? .max : sum,
      source: { offset, count in
        let mine = Int(min(Int64(count), max(0, own - offset)))
        var buffer = mine > 0 ? read(at: offset, count: mine) : ByteBuffer()
        if mine < count {
          buffer.writeImmutableBuffer(next.read(at: max(0, offset - own), count: count - mine))
        }
        return buffer
      })
  }

  /// Exactly `count` bytes from `offset`; the caller keeps inside the body.
  func read(at offset: Int64, count: Int) -> ByteBuffer { source(offset, count) }
}
