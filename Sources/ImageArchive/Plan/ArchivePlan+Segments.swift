import ImageModel

extension ArchivePlan {
  /// A piece of a range of the archive.
  package enum Segment: Sendable, Hashable {
    /// Bytes that the plan itself holds.
    case bytes(ArraySlice<UInt8>)
    /// A range of a blob's content.
    case blob(Descriptor, Range<Int64>)

    /// How many bytes of the archive it is.
    package var count: Int64 {
      switch self {
      case .bytes(let bytes): Int64(bytes.count)
      case .blob(_, let range): range.upperBound - range.lowerBound
      }
    }
  }

  /// What stands in the archive, in order and without gaps.
  package var segments: [Segment] {
    extents.map { extent in
      switch extent {
      case .literal(_, let bytes): .bytes(bytes[...])
      case .blob(_, let descriptor): .blob(descriptor, 0..<descriptor.size)
      }
    }
  }

  /// What stands in a range of the archive, in order and without gaps. What lies behind the archive's end is left out.
  ///
  /// Blobs without content are no segments.
  package func segments(in range: Range<Int64>) -> [Segment] {
    let range = range.clamped(to: 0..<size)
    var segments: [Segment] = []
    for extent in extents[firstExtent(endingAfter: range.lowerBound)...] {
      guard extent.range.lowerBound < range.upperBound else { break }
      let part = extent.range.clamped(to: range)
      guard !part.isEmpty else { continue }
      let start = part.lowerBound - extent.range.lowerBound
      let count = part.upperBound - part.lowerBound
      switch extent {
      case .literal(_, let bytes): segments.append(.bytes(bytes[Int(start)..<Int(start + count)]))
      case .blob(_, let descriptor): segments.append(.blob(descriptor, start..<start + count))
      }
    }
    return segments
  }

  private func firstExtent(endingAfter position: Int64) -> Int {
    var (lower, upper) = (0, extents.count)
    while lower < upper {
      let middle = lower + (upper - lower) / 2
      if extents[middle].range.upperBound > position { upper = middle } else { lower = middle + 1 }
    }
    return lower
  }
}

extension ArchivePlan.Extent {
  /// The bytes of the archive that it takes.
  fileprivate var range: Range<Int64> {
    switch self {
    case .literal(let offset, let bytes): offset..<offset + Int64(bytes.count)
    case .blob(let offset, let descriptor): offset..<offset + descriptor.size
    }
  }
}
