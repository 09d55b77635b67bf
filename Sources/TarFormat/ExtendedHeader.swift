/// The records of an extended header (POSIX.1-2017, pax, "pax Extended Header"; GNU tar and libarchive for those of their
/// own). Names of users and groups, and times other than that of the last change, are of no interest here.
package struct ExtendedHeader {
  package private(set) var path: [UInt8]?
  package private(set) var linkPath: [UInt8]?
  package private(set) var size: Int64?
  /// Whether it says that the member's content is sparse.
  package private(set) var isSparse = false
  package private(set) var sparse = SparseRecords()
  package private(set) var userID: UInt32?
  package private(set) var groupID: UInt32?
  package private(set) var modified: TarTime?
  package private(set) var extendedAttributes = ExtendedAttributeRecords()
  /// Whether an owner, a time, an extended attribute or a sparse map cannot be read.
  package private(set) var hasMalformedAttributes = false

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
    guard let blank = rest.prefix(20).firstIndex(of: 0x20), let length = TarDecimal.number(rest[..<blank]),
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
      guard let number = TarDecimal.number(value) else { return false }
      size = number
    } else if !takeAttribute(keyword: keyword, value: value) {
      hasMalformedAttributes = true
    }
    return true
  }

  private mutating func takeAttribute(keyword: ArraySlice<UInt8>, value: ArraySlice<UInt8>) -> Bool {
    if keyword.starts(with: "GNU.sparse.".utf8) {
      isSparse = true
      return sparse.take(keyword: keyword.dropFirst("GNU.sparse.".utf8.count), value: value)
    }
    if extendedAttributes.isKeyword(keyword) { return extendedAttributes.take(keyword: keyword, value: value) }
    if keyword.elementsEqual("uid".utf8) {
      userID = Self.identity(value)
      return userID != nil || value.isEmpty
    }
    if keyword.elementsEqual("gid".utf8) {
      groupID = Self.identity(value)
      return groupID != nil || value.isEmpty
    }
    if keyword.elementsEqual("mtime".utf8) {
      modified = TarTime(value)
      return modified != nil || value.isEmpty
    }
    return true
  }

  private static func identity(_ text: ArraySlice<UInt8>) -> UInt32? {
    TarDecimal.number(text).flatMap { UInt32(exactly: $0) }
  }
}
