/// Ranges of blobs cut into pieces, in order, each with a number. A value; nothing of it grows with the size of the blobs.
struct PieceQueue: Sendable {
  /// A range of one blob that is asked for at once.
  struct Piece: Sendable, Equatable {
    let number: Int
    /// Index of the blob in the order given at the beginning.
    let blob: Int
    let range: Range<Int64>

    var count: Int64 { range.upperBound - range.lowerBound }
  }

  private let ranges: [Range<Int64>]
  private let pieceSize: Int64
  private var blob = 0
  private var offset: Int64 = 0
  private var number = 0

  /// - Parameter ranges: what is wanted of each blob.
  init(_ ranges: [Range<Int64>], pieceSize: Int64) {
    self.ranges = ranges
    self.pieceSize = pieceSize
    offset = ranges.first?.lowerBound ?? 0
    passEmpty()
  }

  /// How much the next piece holds; nil at the end.
  var nextCount: Int64? { blob < ranges.count ? min(pieceSize, ranges[blob].upperBound - offset) : nil }

  mutating func next() -> Piece? {
    guard let count = nextCount else { return nil }
    let piece = Piece(number: number, blob: blob, range: offset..<offset + count)
    number += 1
    offset += count
    passEmpty()
    return piece
  }

  private mutating func passEmpty() {
    while blob < ranges.count, offset >= ranges[blob].upperBound {
      blob += 1
      if blob < ranges.count { offset = ranges[blob].lowerBound }
    }
  }
}
