/// The records of an extended header that change what a member is: its name, what it links to and its size (POSIX.1-2017, pax, "pax
/// Extended Header"). The others are of no interest here.
package struct ExtendedHeader {
  package private(set) var path: [UInt8]?
  package private(set) var linkPath: [UInt8]?
  package private(set) var size: Int64?
  /// Whether it says that the member's content is sparse.
  package private(set) var isSparse = false

  /// Reads the records; nil unless all of them are well-formed. Of two records with one keyword the later one counts.
  package init?(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let record = Self.record(&rest), take(keyword: record.keyword, value: record.value) else { return nil }
    }
  }

  /// `LENGTH KEYWORD=VALUE\n`, where the length counts the whole record.
  private static func record(
    _ rest: inout ArraySlice<UInt8>
  ) -> (keyword: ArraySlice<UInt8>, value: ArraySlice<UInt8>)? {
    guard let blank = rest.prefix(20).firstIndex(of: 0x20), let length = number(rest[..<blank]),
      length <= rest.count, length > blank - rest.startIndex + 1
    else { return nil }
    let record = rest.prefix(Int(length))
    rest = rest.dropFirst(Int(length))
    let content = record[(blank + 1)...]
    guard content.last == UInt8(ascii: "\n"), let equals = content.firstIndex(of: UInt8(ascii: "=")),
      equals > content.startIndex
    else { return nil }
    return (content[..<equals], content[(equals + 1)...].dropLast())
  }

  private mutating func take(keyword: ArraySlice<UInt8>, value: ArraySlice<UInt8>) -> Bool {
    if keyword.elementsEqual("path".utf8) {
      guard !value.contains(0) else { return false }
      // An empty value takes an earlier record back.
      path = value.isEmpty ? nil : Array(value)
    } else if keyword.elementsEqual("linkpath".utf8) {
      guard !value.contains(0) else { return false }
      linkPath = value.isEmpty ? nil : Array(value)
    } else if keyword.elementsEqual("size".utf8) {
      guard !value.isEmpty else {
        size = nil
        return true
      }
      guard let number = Self.number(value) else { return false }
      size = number
    } else if keyword.starts(with: "GNU.sparse.".utf8) {
      isSparse = true
    }
    return true
  }

  /// Decimal digits of at most 63 bits.
  private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    guard !digits.isEmpty, digits.count <= 19 else { return nil }
    var value: Int64 = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
      guard !overflow, !carry else { return nil }
      value = sum
    }
    return value
  }
}
