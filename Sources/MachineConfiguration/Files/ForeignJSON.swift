import ImageModel

/// A JSON file of docker's or podman's, read as they read it with Go's encoding/json; a byte order mark is no fault, and
/// UTF-16 is read where it begins with one, as Windows PowerShell writes it.
package struct ForeignJSON: Sendable {
  /// Why a text is none.
  package struct Fault: Error, Hashable {
    package let place: TextPlace
    /// The character that is not understood; nil where the text ends too early, or as a whole.
    package let found: String?
    /// Whether there is nothing at all: the file was only just made.
    package var isAboutEmptyText = false
  }

  package let tree: JSONTree
  private let bytes: [UInt8]

  package init(_ file: [UInt8]) throws(Fault) {
    bytes = Self.text(file)
    do { tree = try JSONTree(mergingDuplicates: bytes) } catch { throw Self.fault(error, in: bytes) }
  }

  /// Where a member's name stands.
  package func place(of names: [String]) -> TextPlace? { JSONTree.place(of: names, in: bytes) }

  /// Where a text stands in quotes, first of all; nil where it is written otherwise than it is meant.
  package func place(ofText text: String) -> TextPlace? {
    bytes.firstRange(of: Array("\"\(text)\"".utf8)).map { TextPlace(offset: $0.lowerBound, in: bytes) }
  }

  /// What is wrong with the member at a place that is there.
  package func fault(_ names: [String]) -> Fault {
    Fault(place: place(of: names) ?? TextPlace(line: 1, column: 1), found: nil)
  }

  private static func text(_ file: [UInt8]) -> [UInt8] {
    switch (file.first, file.dropFirst().first) {
    case (0xff, 0xfe): Array(String(decoding: units(file) { $0 | $1 << 8 }, as: UTF16.self).utf8)
    case (0xfe, 0xff): Array(String(decoding: units(file) { $0 << 8 | $1 }, as: UTF16.self).utf8)
    // What is no UTF-8 in a text becomes the character for that, as in Go.
    default:
      Array(
        String(decoding: file.starts(with: [0xef, 0xbb, 0xbf]) ? file.dropFirst(3) : file[...], as: UTF8.self).utf8)
    }
  }

  private static func units(_ file: [UInt8], _ unit: (UInt16, UInt16) -> UInt16) -> [UInt16] {
    stride(from: 2, to: file.count - 1, by: 2).map { unit(UInt16(file[$0]), UInt16(file[$0 + 1])) }
  }

  private static func fault(_ fault: JSONFault, in bytes: [UInt8]) -> Fault {
    guard let offset = fault.offset else { return Fault(place: TextPlace(line: 1, column: 1), found: nil) }
    let found = String(decoding: bytes[offset...].prefix(4), as: UTF8.self).first.map { String($0) }
    return Fault(
      place: TextPlace(offset: offset, in: bytes), found: found, isAboutEmptyText: bytes.allSatisfy { $0 <= 0x20 })
  }
}

extension JSONTree {
  /// A member by its name, else by one that differs in the case of letters alone, as Go finds the fields of a structure.
  package func field(_ name: String) -> JSONTree? {
    self[name] ?? members.last { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// The texts of a list; nil for anything else.
  package var texts: [String]? {
    guard case .array(let values) = self else { return nil }
    let texts = values.compactMap(\.text)
    return texts.count == values.count ? texts : nil
  }
}
