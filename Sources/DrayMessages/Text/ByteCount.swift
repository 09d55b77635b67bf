/// A number of bytes as people read it, in decimal units: `12.3 MB`.
package struct ByteCount: Sendable, Hashable, CustomStringConvertible {
  package let bytes: Int64

  package init(_ bytes: Int64) {
    self.bytes = bytes
  }

  private static let units = ["kB", "MB", "GB", "TB", "PB", "EB"]

  package var description: String {
    guard bytes >= 1000 else { return "\(bytes) B" }
    var value = Double(bytes) / 1000
    for unit in Self.units {
      let tenths = Int((value * 10).rounded())
      if tenths < 10_000 || unit == Self.units.last { return "\(tenths / 10).\(tenths % 10) \(unit)" }
      value /= 1000
    }
    return "\(bytes) B"
  }
}

/// Bytes a second.
package struct ByteRate: Sendable, Hashable, CustomStringConvertible {
  package let bytesPerSecond: Double

  package init(_ bytesPerSecond: Double) {
    self.bytesPerSecond = bytesPerSecond
  }

  package init?(bytes: Int64, during time: Duration) {
    guard time > .zero else { return nil }
    self.init(Double(bytes) / time.inSeconds)
  }

  package var description: String {
    // Beyond the largest whole number a double can tell from its neighbours no rate makes sense.
    "\(ByteCount(Int64(min(max(bytesPerSecond, 0), 9e15))))/s"
  }
}
