import TarFormat

/// How far the content of an entry has been read.
struct EntryContent {
  /// Where in the file the next byte belongs.
  private(set) var position: Int64 = 0
  /// Data that stand in the layer and were not read yet.
  private(set) var remaining: Int64 = 0
  /// The bytes that fill the last block.
  private(set) var padding: Int64 = 0

  private var size: Int64 = 0
  /// Nil for a file without holes.
  private var ranges: [Range<Int64>]?
  private var index = 0

  init() {}

  init(size: Int64) {
    self.size = size
    remaining = size
    padding = Self.padding(after: size)
  }

  /// - Parameter stored: the bytes in the layer that the data take.
  init(_ map: SparseMap, stored: Int64) {
    size = map.size
    remaining = stored
    padding = Self.padding(after: stored)
    ranges = map.data
  }

  /// How many bytes of a hole come next.
  var hole: Int64 {
    guard let ranges else { return 0 }
    return (index < ranges.count ? max(ranges[index].lowerBound, position) : size) - position
  }

  /// How many bytes of data come next, before a hole or the end.
  var data: Int64 {
    guard let ranges else { return size - position }
    return index < ranges.count && ranges[index].contains(position) ? ranges[index].upperBound - position : 0
  }

  mutating func pass(hole count: Int64) {
    position += count
  }

  mutating func pass(data count: Int64) {
    position += count
    remaining -= count
    if let ranges, index < ranges.count, ranges[index].upperBound == position { index += 1 }
  }

  private static func padding(after size: Int64) -> Int64 {
    let rest = size % Int64(TarHeader.blockSize)
    return rest == 0 ? 0 : Int64(TarHeader.blockSize) - rest
  }
}
