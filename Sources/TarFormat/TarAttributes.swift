/// What a header says of a member beside its name and size (POSIX.1-2017, pax, "ustar Interchange Format").
package struct TarAttributes: Sendable, Hashable {
  /// Permissions, with the bits for set-user-ID, set-group-ID and sticky.
  package let mode: UInt16
  package let userID: UInt32
  package let groupID: UInt32
  package let modified: TarTime
  /// Numbers of a device; 0 for what is none.
  package let deviceMajor: UInt32
  package let deviceMinor: UInt32

  /// Reads the fields of a header; nil where one of them is no number, or none that Linux can have.
  package init?(_ block: UnsafeRawBufferPointer) {
    guard let mode = TarField.number(block[TarField.mode]),
      let user = TarField.number(block[TarField.userID]), let userID = UInt32(exactly: user),
      let group = TarField.number(block[TarField.groupID]), let groupID = UInt32(exactly: group),
      let modified = TarField.signedNumber(block[TarField.modified])
    else { return nil }
    self.mode = UInt16(truncatingIfNeeded: mode & 0o7777)
    self.userID = userID
    self.groupID = groupID
    self.modified = TarTime(seconds: modified)
    let type = block[TarField.type]
    guard type == UInt8(ascii: "3") || type == UInt8(ascii: "4") else {
      (deviceMajor, deviceMinor) = (0, 0)
      return
    }
    // Twelve and twenty bits: include/linux/kdev_t.h.
    guard let major = TarField.number(block[TarField.deviceMajor]), major < 1 << 12,
      let minor = TarField.number(block[TarField.deviceMinor]), minor < 1 << 20
    else { return nil }
    deviceMajor = UInt32(major)
    deviceMinor = UInt32(minor)
  }
}

/// A moment, counted from the beginning of 1970 (UTC).
package struct TarTime: Sendable, Hashable {
  /// Negative before 1970.
  package let seconds: Int64
  /// What is to be added to the seconds: 0 to 999,999,999.
  package let nanoseconds: UInt32

  package init(seconds: Int64, nanoseconds: UInt32 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// Reads a time of an extended header: decimal seconds, perhaps with a sign and a fraction, of which nine digits count.
  init?(_ text: ArraySlice<UInt8>) {
    let isNegative = text.first == UInt8(ascii: "-")
    let parts = (isNegative ? text.dropFirst() : text)
      .split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let seconds = TarDecimal.number(first) else { return nil }
    var nanoseconds: Int64 = 0
    if parts.count == 2, !parts[1].isEmpty {
      let fraction = parts[1].prefix(9) + Array(repeating: UInt8(ascii: "0"), count: max(0, 9 - parts[1].count))
      guard parts[1].allSatisfy(TarDecimal.digits.contains), let value = TarDecimal.number(fraction) else { return nil }
      nanoseconds = value
    }
    if !isNegative {
      self.init(seconds: seconds, nanoseconds: UInt32(nanoseconds))
    } else if nanoseconds == 0 {
      self.init(seconds: -seconds)
    } else {
      self.init(seconds: -seconds - 1, nanoseconds: UInt32(1_000_000_000 - nanoseconds))
    }
  }
}

/// Decimal numbers, as extended headers and sparse maps have them.
enum TarDecimal {
  static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

  /// Decimal digits of at most 63 bits.
  static func number(_ text: ArraySlice<UInt8>) -> Int64? {
    guard !text.isEmpty, text.count <= 19 else { return nil }
    var value: Int64 = 0
    for digit in text {
      guard digits.contains(digit) else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
      guard !overflow, !carry else { return nil }
      value = sum
    }
    return value
  }
}
