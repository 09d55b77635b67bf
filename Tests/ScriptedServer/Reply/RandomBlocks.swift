import NIOCore
import SeededRandom

/// An endless file of blocks: each is the same random block with its number mixed into its first 8 bytes.
struct RandomBlocks: Sendable {
  private static let blockSize = 1 << 16
  private let block: ByteBuffer
  private let first: UInt64

  init(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    first = random.next()
    var block = ByteBuffer(integer: first)
    while block.readableBytes < Self.blockSize {
      block.writeInteger(random.next())
    }
    self.block = block
  }

  func read(at start: Int64, count: Int) -> ByteBuffer {
    var result = ByteBuffer()
    result.reserveCapacity(count)
    var offset = start
    while result.readableBytes < count {
      let (number, inside) = offset.quotientAndRemainder(dividingBy: Int64(Self.blockSize))
      let length = min(count - result.readableBytes, Self.blockSize - Int(inside))
      if inside < 8 {
        var stamped = block
        stamped.setInteger(first ^ UInt64(number), at: 0)
        result.writeImmutableBuffer(stamped.getSlice(at: Int(inside), length: length) ?? ByteBuffer())
      } else {
        result.writeImmutableBuffer(block.getSlice(at: Int(inside), length: length) ?? ByteBuffer())
      }
      offset += Int64(length)
    }
    return result
  }
}
