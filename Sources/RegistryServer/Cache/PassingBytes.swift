import NIOCore

/// The bytes of a blob that are in memory alone, for those who read it as it comes.
struct PassingBytes: Sendable {
  /// Where the first of them ever was in the blob.
  let start: Int64
  private var pieces: [ByteBuffer] = []
  private var firstPiece: Int64
  private var end: Int64
  /// Where the fastest reader is.
  private var furthest: Int64

  init(start: Int64) {
    self.start = start
    firstPiece = start
    end = start
    furthest = 0
  }

  mutating func append(_ bytes: ByteBuffer) {
    pieces.append(bytes)
    end += Int64(bytes.readableBytes)
  }

  /// Whether there is more that no reader has taken yet.
  func isAhead(by count: Int64) -> Bool { end - max(furthest, start) > count }

  /// Notes where a reader is. What the fastest one has had is not kept for others.
  ///
  /// - Returns: whether that makes it the fastest.
  mutating func reached(_ position: Int64) -> Bool {
    guard position > furthest else { return false }
    furthest = position
    while let first = pieces.first, firstPiece + Int64(first.readableBytes) <= furthest {
      firstPiece += Int64(first.readableBytes)
      pieces.removeFirst()
    }
    return true
  }

  /// What comes from a position on, as far as it is in one piece; nil where it has passed.
  func bytes(from position: Int64) -> ByteBuffer? {
    guard position >= firstPiece else { return nil }
    var offset = firstPiece
    for piece in pieces {
      let next = offset + Int64(piece.readableBytes)
      if position < next {
        let skipped = Int(position - offset)
        return piece.getSlice(at: piece.readerIndex + skipped, length: piece.readableBytes - skipped)
      }
      offset = next
    }
    return nil
  }
}
