/// What an extended header says of a sparse member, in any of GNU tar's formats 0.0, 0.1 and 1.0 (GNU tar manual, "Storing
/// Sparse Files").
package struct SparseRecords: Sendable, Hashable {
  /// The member's name: that in its header is one for readers that know nothing of sparse members.
  package private(set) var name: [UInt8]?
  /// The size of the file with its holes, in bytes.
  package private(set) var size: Int64?
  /// The pieces of the formats 0.0 and 0.1.
  package private(set) var pieces: [SparseMap.Piece] = []
  private var major: Int64?
  private var minor: Int64?
  private var pieceCount: Int64?
  /// The offset of a piece whose count has not come yet.
  private var offset: Int64?

  /// Whether the map stands at the beginning of the content (format 1.0).
  package var isMapInContent: Bool { major == 1 && minor == 0 }

  /// Whether they name a format that is known, and all of it is there.
  package var isWhole: Bool {
    guard size != nil, offset == nil else { return false }
    guard major == nil || isMapInContent else { return major == 0 && pieceCount == Int64(pieces.count) }
    return isMapInContent ? pieces.isEmpty : pieceCount == nil || pieceCount == Int64(pieces.count)
  }

  mutating func take(keyword: ArraySlice<UInt8>, value: ArraySlice<UInt8>) -> Bool {
    if keyword.elementsEqual("name".utf8) {
      guard !value.contains(0) else { return false }
      name = value.isEmpty ? nil : Array(value)
      return true
    }
    if keyword.elementsEqual("map".utf8) { return take(map: value) }
    guard let number = TarDecimal.number(value) else { return false }
    if keyword.elementsEqual("size".utf8) || keyword.elementsEqual("realsize".utf8) {
      guard size == nil || size == number else { return false }
      size = number
    } else if keyword.elementsEqual("major".utf8) {
      major = number
    } else if keyword.elementsEqual("minor".utf8) {
      minor = number
    } else if keyword.elementsEqual("numblocks".utf8) {
      pieceCount = number
    } else if keyword.elementsEqual("offset".utf8) {
      guard offset == nil else { return false }
      offset = number
    } else if keyword.elementsEqual("numbytes".utf8) {
      guard let start = offset else { return false }
      pieces.append(SparseMap.Piece(offset: start, count: number))
      offset = nil
    }
    return true
  }

  /// Format 0.1: offsets and counts, with commas between them.
  private mutating func take(map: ArraySlice<UInt8>) -> Bool {
    guard pieces.isEmpty else { return false }
    var offset: Int64?
    for text in map.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) where !map.isEmpty {
      guard let number = TarDecimal.number(text) else { return false }
      if let start = offset {
        pieces.append(SparseMap.Piece(offset: start, count: number))
        offset = nil
      } else {
        offset = number
      }
    }
    return offset == nil
  }
}
