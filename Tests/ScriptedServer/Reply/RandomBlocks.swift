import NIOCore
import SeededRandom

/// An endless file of blocks: each is the same random block with its number mixed into its first 8 bytes.
struct RandomBlocks: Sendable {
  private static let blockSize = 1 << 16
  private let block: ByteBuffer
  private let first: UInt64

  init(seed: UInt64) {
    // Half of all tests make some of these, without optimization: a ByteBuffer's own integers cost ten times as much there.
    var random = SeededRandom(seed: seed)
    let numbers = [UInt64](unsafeUninitializedCapacity: Self.blockSize / 8) { room, count in
      for index in room.indices { room.initializeElement(at: index, to: random.next().bigEndian) }
      count = room.count
    }
    first = UInt64(bigEndian: numbers[0])
    block = numbers.withUnsafeBytes { ByteBuffer(bytes: $0) }
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
