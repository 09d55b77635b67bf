import TarFormat

extension LayerReader {
  /// Makes an entry of its headers, and gets its content ready to be read.
  func entry(
    _ header: (block: TarBlock, bytes: UnsafeRawBufferPointer), _ extensions: EntryExtensions, at start: Int64
  ) throws -> LayerEntry {
    let block = header.block
    guard let attributes = TarAttributes(header.bytes) else { throw LayerError.malformedHeader(offset: start) }
    // The header's bytes are gone once more is read.
    let oldSparse = block.kind == .sparse ? OldSparseBlock(header.bytes, isHeader: true) : nil
    guard let name = extensions.name(block), let linkName = extensions.linkName(block),
      let stored = extensions.storedSize(block)
    else { throw LayerError.conflictingHeaders(offset: start) }
    let path = try path(name)
    let kind = try kind(block, name: name, linkName: linkName, attributes, at: start)
    if path.isRoot, kind != .directory { throw LayerError.unsafePath(member: Self.text(name)) }
    let map = try sparseMap(block, extensions, oldSparse, kind, stored: stored, member: name)
    content = map.map { EntryContent($0.map, stored: $0.stored) } ?? EntryContent(size: stored)
    let extended = extensions.extended
    return LayerEntry(
      path: path, kind: kind, type: block.type, whiteout: try Whiteout(path), mode: attributes.mode,
      userID: extended?.userID ?? attributes.userID, groupID: extended?.groupID ?? attributes.groupID,
      modified: extended?.modified ?? attributes.modified, size: kind == .file ? map?.map.size ?? stored : 0,
      linkTarget: kind == .symbolicLink ? linkName : [],
      extendedAttributes: extended?.extendedAttributes.values ?? [:], sparseMap: map?.map)
  }

  static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes.prefix(1_024), as: UTF8.self) }

  private func path(_ name: [UInt8]) throws(LayerError) -> LayerPath {
    guard name.count <= limits.pathBytes else { throw .pathTooLong(member: Self.text(name), limit: limits.pathBytes) }
    guard !name.isEmpty, let path = LayerPath(name) else { throw .unsafePath(member: Self.text(name)) }
    return path
  }

  private func kind(
    _ block: TarBlock, name: [UInt8], linkName: [UInt8], _ attributes: TarAttributes, at start: Int64
  ) throws(LayerError) -> LayerEntry.Kind {
    switch block.kind {
    case .file:
      // So a folder was told before there was a type for it.
      guard block.type == 0, name.last == UInt8(ascii: "/") else { return .file }
      guard block.size == 0 else { throw .conflictingHeaders(offset: start) }
      return .directory
    case .sparse: return .file
    case .directory: return .directory
    case .hardLink:
      guard let target = LayerPath(linkName), !target.isRoot else { throw .unsafePath(member: Self.text(name)) }
      return .hardLink(target)
    case .symbolicLink:
      guard linkName.count <= limits.pathBytes else {
        throw .pathTooLong(member: Self.text(name), limit: limits.pathBytes)
      }
      guard !linkName.isEmpty else { throw .malformedHeader(offset: start) }
      return .symbolicLink
    case .pipe: return .pipe
    case .characterDevice:
      return .characterDevice(major: attributes.deviceMajor, minor: attributes.deviceMinor)
    case .blockDevice: return .blockDevice(major: attributes.deviceMajor, minor: attributes.deviceMinor)
    case .extended, .longName, .other: throw .unsupportedKind(member: Self.text(name), type: block.type)
    }
  }

  /// The map of a sparse file, and the bytes that its data take; nil for another entry.
  private func sparseMap(
    _ block: TarBlock, _ extensions: EntryExtensions, _ old: OldSparseBlock?, _ kind: LayerEntry.Kind, stored: Int64,
    member name: [UInt8]
  ) throws -> (map: SparseMap, stored: Int64)? {
    let records = extensions.extended.flatMap { $0.isSparse ? $0.sparse : nil }
    let malformed = LayerError.malformedSparseMap(member: Self.text(name))
    let (pieces, size, rest): ([SparseMap.Piece], Int64?, Int64)
    switch (block.kind, records) {
    case (.sparse, nil):
      guard let old else { throw malformed }
      (pieces, size, rest) = (try readPieces(old, malformed), old.size, stored)
    case (_, nil): return nil
    case (.file, let records?) where kind == .file && records.isWhole:
      size = records.size
      guard records.isMapInContent else {
        (pieces, rest) = (records.pieces, stored)
        break
      }
      let start = offset
      pieces = try readPieces(stored: stored, malformed)
      rest = stored - (offset - start)
    default: throw malformed
    }
    guard let map = size.flatMap({ SparseMap(size: $0, pieces: pieces) }), map.dataSize == rest else { throw malformed }
    return (map, rest)
  }

  /// The rest of a map of GNU tar's old format: it goes on in blocks behind the header.
  private func readPieces(_ first: OldSparseBlock, _ malformed: LayerError) throws -> [SparseMap.Piece] {
    let start = offset
    var (pieces, isContinued) = (first.pieces, first.isContinued)
    while isContinued {
      try checkMap(from: start)
      guard let bytes = try readBlock() else { throw LayerError.truncatedTar(offset: offset) }
      guard let block = OldSparseBlock(bytes, isHeader: false) else { throw malformed }
      pieces += block.pieces
      isContinued = block.isContinued
    }
    return pieces
  }

  /// The map that begins the content in format 1.0.
  private func readPieces(stored: Int64, _ malformed: LayerError) throws -> [SparseMap.Piece] {
    let start = offset
    var text = SparseMapText()
    while true {
      try checkMap(from: start)
      guard offset - start < stored else { throw malformed }
      guard let bytes = try readBlock() else { throw LayerError.truncatedTar(offset: offset) }
      guard text.take(bytes) else { throw malformed }
      if let pieces = text.pieces { return pieces }
    }
  }

  private func checkMap(from start: Int64) throws(LayerError) {
    guard offset - start < Int64(limits.extensionBytes) else {
      throw .extensionTooLarge(offset: start, limit: limits.extensionBytes)
    }
  }
}
