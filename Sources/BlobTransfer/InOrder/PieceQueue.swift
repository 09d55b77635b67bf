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
  private var blob = 0
  private var offset: Int64 = 0
  private var number = 0

  /// - Parameter ranges: what is wanted of each blob.
  init(_ ranges: [Range<Int64>]) {
    self.ranges = ranges
    offset = ranges.first?.lowerBound ?? 0
    passEmpty()
  }

  /// How much the next piece holds where it may hold so much; nil at the end.
  func nextCount(most: Int64) -> Int64? { blob < ranges.count ? min(most, ranges[blob].upperBound - offset) : nil }

  /// - Parameter most: bytes that it may hold.
  mutating func next(most: Int64) -> Piece? {
    guard let count = nextCount(most: most) else { return nil }
    let piece = Piece(number: number, blob: blob, range: offset..<offset + count)
    number += 1
    offset += count
    passEmpty()
    return piece
  }

  /// Cuts no more pieces from a blob.
  mutating func leave(_ index: Int) {
    guard blob == index else { return }
    offset = ranges[blob].upperBound
    passEmpty()
  }

  private mutating func passEmpty() {
    while blob < ranges.count, offset >= ranges[blob].upperBound {
      blob += 1
      if blob < ranges.count { offset = ranges[blob].lowerBound }
    }
  }
}
