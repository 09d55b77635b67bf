import TarFormat

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
      guard extensions.take(longName: name, isLink: isLink) else { throw LayerError.malformedHeader(offset: start) }
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
