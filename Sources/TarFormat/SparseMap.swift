/// Which ranges of a sparse file hold data; everything else in it is a hole (GNU tar manual, "Storing Sparse Files").
package struct SparseMap: Sendable, Hashable {
  /// The size of the file with its holes, in bytes.
  package let size: Int64
  /// In their order, none of them empty, none within another.
  package let data: [Range<Int64>]

  /// The bytes of all data.
  package var dataSize: Int64 { data.reduce(0) { $0 + Int64($1.count) } }

  /// Nil unless the ranges follow one another and fit into the size.
  package init?(size: Int64, pieces: [Piece]) {
    guard size >= 0 else { return nil }
    var data: [Range<Int64>] = []
    var end: Int64 = 0
    for piece in pieces {
      guard piece.offset >= end, piece.count >= 0, piece.offset <= size, piece.count <= size - piece.offset else {
        return nil
      }
      end = piece.offset + piece.count
      // An empty one at the end says that the file ends with a hole.
      if piece.count > 0 { data.append(piece.offset..<end) }
    }
    self.size = size
    self.data = data
  }

  /// A range of data as a map has it.
  package struct Piece: Sendable, Hashable {
    package var offset: Int64
    package var count: Int64

    package init(offset: Int64, count: Int64) {
      self.offset = offset
      self.count = count
    }
  }
}

/// The part of a sparse map that stands in a header of GNU tar's old format, or in a block behind it.
package struct OldSparseBlock: Sendable, Hashable {
  package let pieces: [SparseMap.Piece]
  /// Whether another block of the map follows.
  package let isContinued: Bool
  /// The size of the file with its holes; in the header alone.
  package let size: Int64?

  /// - Parameter isHeader: whether it is the member's header, and no block behind it.
  package init?(_ block: UnsafeRawBufferPointer, isHeader: Bool) {
    let (start, count) = isHeader ? (386, 4) : (0, 21)
    var pieces: [SparseMap.Piece] = []
    for index in 0..<count {
      let place = start + index * 24
      if block[place] == 0 { break }
      guard let offset = TarField.number(block[place..<(place + 12)]),
        let count = TarField.number(block[(place + 12)..<(place + 24)])
      else { return nil }
      pieces.append(SparseMap.Piece(offset: offset, count: count))
    }
    self.pieces = pieces
    isContinued = block[start + count * 24] != 0
    guard isHeader else {
      size = nil
      return
    }
    guard let size = TarField.number(block[483..<495]) else { return nil }
    self.size = size
  }
}

/// Reads the map that begins the content of a member in GNU tar's sparse format 1.0: decimal numbers, one a line: how many
/// pieces there are, then offset and count of each.
package struct SparseMapText: Sendable {
  private var numbers: [Int64] = []
  private var line: [UInt8] = []

  package init() {}

  /// The pieces, once all lines were read.
  package var pieces: [SparseMap.Piece]? {
    guard isComplete else { return nil }
    return stride(from: 1, to: numbers.count - 1, by: 2).map {
      SparseMap.Piece(offset: numbers[$0], count: numbers[$0 + 1])
    }
  }

  private var isComplete: Bool {
    numbers.first.map { $0 == Int64(numbers.count / 2) && numbers.count % 2 == 1 } ?? false
  }

  /// Takes the next block; false where it is no map.
  package mutating func take(_ block: UnsafeRawBufferPointer) -> Bool {
    for byte in block where !isComplete {
      if byte != UInt8(ascii: "\n") {
        guard line.count < 20 else { return false }
        line.append(byte)
        continue
      }
      guard let number = TarDecimal.number(line[...]) else { return false }
      numbers.append(number)
      line.removeAll(keepingCapacity: true)
    }
    return true
  }
}
