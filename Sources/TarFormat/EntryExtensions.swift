/// What headers before a member's own say of it. Programs differ in which of two they believe, so where two contradict each
/// other neither counts.
package struct EntryExtensions {
  package var extended: ExtendedHeader?
  private var longName: [UInt8]?
  private var longLinkName: [UInt8]?

  package init() {}

  package var isEmpty: Bool { extended == nil && longName == nil && longLinkName == nil }

  /// Takes GNU's header of a long name; false where there was one already.
  package mutating func take(longName name: [UInt8], isLink: Bool) -> Bool {
    guard (isLink ? longLinkName : longName) == nil else { return false }
    if isLink { longLinkName = name } else { longName = name }
    return true
  }

  /// The name of the entry; nil where two of them differ.
  package func name(_ block: TarBlock) -> [UInt8]? {
    Self.agreed(extended?.sparse.name ?? extended?.path, longName, else: block.name)
  }

  /// What the entry links to; nil where two of them differ.
  package func linkName(_ block: TarBlock) -> [UInt8]? {
    Self.agreed(extended?.linkPath, longLinkName, else: block.linkName)
  }

  /// The bytes that the entry's content takes. Where header and extended header could be read differently, neither is
  /// believed, and it is nil.
  package func storedSize(_ block: TarBlock) -> Int64? {
    guard let size = extended?.size, block.kind != .directory, !block.kind.isSpecial else { return block.size }
    let isSame = size == block.size
    // A size that a header has no room for stands there as 0 or as the largest one.
    let hasNoRoom =
      size > TarHeader.largestPlainSize && (block.size == 0 || block.size == TarHeader.largestPlainSize)
    return isSame || hasNoRoom ? size : nil
  }

  private static func agreed(_ extended: [UInt8]?, _ long: [UInt8]?, else plain: [UInt8]) -> [UInt8]? {
    guard let extended, let long else { return extended ?? long ?? plain }
    return extended == long ? extended : nil
  }
}
