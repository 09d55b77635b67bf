import NIOCore

/// How much is read from a socket at once: little at first, and more as soon as so much has come. A value, one for each
/// connection.
///
/// A connection keeps its buffer for as long as it lives, and NIO copies the first one as a whole before it reads into it, so
/// that all of it is memory. Over most of the connections of a long list nothing comes but short answers.
struct ReadSize: RecvByteBufferAllocator {
  /// What the answers to questions fit into, in bytes.
  private static let least = 16 << 10

  private let most: Int
  private(set) var count: Int

  /// - Parameter most: bytes: so many that the cost of a system call does not show.
  init(most: Int) {
    self.most = most
    count = min(Self.least, most)
  }

  func buffer(allocator: ByteBufferAllocator) -> ByteBuffer { allocator.buffer(capacity: count) }

  func nextBufferSize() -> Int? { count }

  mutating func record(actualReadBytes: Int) -> Bool {
    guard actualReadBytes >= count, count < most else { return false }
    count = most
    return true
  }
}
