import SystemPackage

/// Puts the entries of layers into a root, the lowest layer first (OCI image-spec, layer.md "Applying Changesets").
package final class LayerUnpacker {
  /// Few writes for large files, and little memory.
  private static let bufferSize = 1 << 20

  private let root: RootFolder
  private let limits: UnpackLimits
  private let check: () throws -> Void
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: LayerUnpacker.bufferSize, alignment: 4_096)
  private var isLowest = true

  /// - Parameter check: called now and then; what it throws ends the work.
  package init(_ root: RootFolder, limits: UnpackLimits, check: @escaping () throws -> Void = {}) {
    self.root = root
    self.limits = limits
    self.check = check
  }

  deinit { buffer.deallocate() }

  /// Puts all entries of the next layer into the root.
  ///
  /// - Throws: ``UnpackError``; ``LayerError``; what the reader's source throws.
  package func apply(_ reader: LayerReader) throws {
    root.beginLayer(isLowest: isLowest)
    isLowest = false
    while let entry = try reader.next() {
      try check()
      root.counts.entries += 1
      guard root.counts.entries <= limits.entries else { throw UnpackError.tooManyEntries(limit: limits.entries) }
      try apply(entry, reader)
    }
    try root.removeLinkSources()
  }

  private func apply(_ entry: LayerEntry, _ reader: LayerReader) throws {
    switch entry.whiteout {
    case .removal(let path)?: return try root.hide(path.names)
    case .opaque(let path)?: return try root.hideContents(path.names)
    case .linkSource(let path)?:
      // It has this name until the layer ends: no other entry can have it.
      if entry.kind == .file { try write(entry, path.names, reader) }
      return
    case .bookkeeping?: return
    case nil: break
    }
    let path = entry.path.names
    switch entry.kind {
    case .file: try write(entry, path, reader)
    case .directory: try root.makeFolder(path, EntryAttributes(entry))
    case .symbolicLink: try root.makeLink(path, to: entry.linkTarget, EntryAttributes(entry))
    case .hardLink(let target): try root.makeHardLink(path, to: target.names)
    case .pipe: try root.make(.pipe, path, EntryAttributes(entry))
    case .characterDevice(let major, let minor):
      try root.make(.characterDevice(major: major, minor: minor), path, EntryAttributes(entry))
    case .blockDevice(let major, let minor):
      try root.make(.blockDevice(major: major, minor: minor), path, EntryAttributes(entry))
    }
  }

  private func write(_ entry: LayerEntry, _ path: [[UInt8]], _ reader: LayerReader) throws {
    let attributes = EntryAttributes(entry)
    let file = try root.makeFile(path, attributes)
    // The part of the buffer that holds data, and where in the file they belong.
    var held = 0..<0
    var start: Int64 = 0
    while true {
      if held.upperBound == buffer.count {
        try check()
        try file.write(UnsafeRawBufferPointer(rebasing: buffer[held]), at: start)
        held = 0..<0
      }
      let room = UnsafeMutableRawBufferPointer(rebasing: buffer[held.upperBound...])
      guard let piece = try reader.readData(into: room) else { break }
      if piece.position != start + Int64(held.count) {
        try file.write(UnsafeRawBufferPointer(rebasing: buffer[held]), at: start)
        held = held.upperBound..<held.upperBound
      }
      if held.isEmpty { start = piece.position }
      held = held.lowerBound..<(held.upperBound + piece.count)
      try count(piece.count)
    }
    try file.write(UnsafeRawBufferPointer(rebasing: buffer[held]), at: start)
    if start + Int64(held.count) < entry.size { try file.resize(to: entry.size) }
    try root.finish(file, attributes)
  }

  private func count(_ bytes: Int) throws(UnpackError) {
    root.counts.bytes += Int64(bytes)
    guard root.counts.bytes <= limits.bytes else { throw .tooLarge(limit: limits.bytes) }
  }
}

extension EntryAttributes {
  init(_ entry: LayerEntry) {
    self.init(
      mode: entry.mode, userID: entry.userID, groupID: entry.groupID, modified: entry.modified,
      extended: entry.extendedAttributes.isEmpty
        ? [] : entry.extendedAttributes.map { Extended(name: $0.key, value: $0.value) })
  }
}

extension LayerPath {
  /// The names that lead to it from the root.
  var names: [[UInt8]] { components.map(Array.init) }
}
