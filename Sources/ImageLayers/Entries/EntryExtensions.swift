import TarFormat

/// What headers before an entry's own say of it.
struct EntryExtensions {
  var extended: ExtendedHeader?
  var longName: [UInt8]?
  var longLinkName: [UInt8]?

  var isEmpty: Bool { extended == nil && longName == nil && longLinkName == nil }

  /// The name of the entry; nil where two of them differ.
  func name(_ block: TarBlock) -> [UInt8]? {
    Self.agreed(extended?.sparse.name ?? extended?.path, longName, else: block.name)
  }

  /// What the entry links to; nil where two of them differ.
  func linkName(_ block: TarBlock) -> [UInt8]? {
    Self.agreed(extended?.linkPath, longLinkName, else: block.linkName)
  }

  /// The bytes that the entry's content takes. Where header and extended header could be read differently, neither is
  /// believed, and it is nil.
  func storedSize(_ block: TarBlock) -> Int64? {
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

extension LayerReader {
  /// Takes a header that says something of the next one; false where it is an entry's own.
  func take(_ block: TarBlock, into extensions: inout EntryExtensions, at start: Int64) throws -> Bool {
    switch block.kind {
    case .extended(isGlobal: true):
      guard let header = ExtendedHeader(try readExtension(block, at: start)), header.path == nil,
        header.linkPath == nil, header.size == nil, !header.isSparse
      else { throw LayerError.malformedHeader(offset: start) }
    case .extended(isGlobal: false):
      guard extensions.extended == nil, let header = ExtendedHeader(try readExtension(block, at: start)),
        !header.hasMalformedAttributes
      else { throw LayerError.malformedHeader(offset: start) }
      extensions.extended = header
    case .longName(let isLink):
      let name = Array(try readExtension(block, at: start).prefix { $0 != 0 })
      guard (isLink ? extensions.longLinkName : extensions.longName) == nil else {
        throw LayerError.malformedHeader(offset: start)
      }
      if isLink { extensions.longLinkName = name } else { extensions.longName = name }
    default: return false
    }
    return true
  }

  private func readExtension(_ block: TarBlock, at start: Int64) throws -> [UInt8] {
    guard block.size <= Int64(limits.extensionBytes) else {
      throw LayerError.extensionTooLarge(offset: start, limit: limits.extensionBytes)
    }
    var bytes: [UInt8] = []
    while bytes.count < Int(block.size) {
      guard let piece = try readBlock() else { throw LayerError.truncatedTar(offset: offset) }
      bytes += piece.prefix(Int(block.size) - bytes.count)
    }
    return bytes
  }
}
