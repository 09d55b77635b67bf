import ImageLayers
import ImageModel
import TarFormat

/// The root of an image as one tar archive: what a container of it would see, each file once.
///
/// The layers are read twice: their headers first, to know what is left in the end, and then what is left is passed on as it
/// comes. So nothing is kept but names. Folders come first, in the order of names, then everything else in the order of the
/// layers, further names of a file behind it. The same image gives the same bytes.
struct RootTar {
  private static let bufferSize = 256 << 10

  /// By the place of its entry: the paths that lead to a file.
  private let paths: [RootEntry.Place: [LayerPath]]
  private let folders: [RootEntry]
  private let write: (UnsafeRawBufferPointer) throws -> Void

  init(_ root: MergedRoot, write: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
    self.write = write
    var paths: [RootEntry.Place: [LayerPath]] = [:]
    var folders: [RootEntry] = []
    try root.forEach(below: .root) { entry in
      // Extended attributes are read where they stand: a folder that has some is written there.
      if entry.kind == .directory, entry.place == nil || entry.attributesDigest == nil {
        folders.append(entry)
      } else if let place = entry.place {
        paths[place, default: []].append(entry.path)
      }
    }
    self.paths = paths
    self.folders = folders
  }

  func writeFolders() throws {
    for folder in folders {
      try write(
        TarMember(
          name: folder.path.bytes, kind: .directory, mode: folder.mode, userID: folder.userID, groupID: folder.groupID,
          modified: folder.modified
        ).encoded)
    }
  }

  /// Passes on what is left of a layer.
  ///
  /// - Throws: `LayerError`; what `write` and the reader's source throw.
  func writeLayer(_ number: Int, _ reader: LayerReader, check: () throws -> Void) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.bufferSize, alignment: 64)
    defer { buffer.deallocate() }
    var place = RootEntry.Place(layer: number, entry: 0)
    while let entry = try reader.next() {
      defer { place = RootEntry.Place(layer: number, entry: place.entry + 1) }
      try check()
      guard let names = paths[place], let first = names.first else { continue }
      var member = TarMember(entry, name: first.bytes)
      try write(member.encoded)
      while case let piece? = try reader.readData(into: buffer) {
        try check()
        try write(UnsafeRawBufferPointer(rebasing: buffer[..<piece.count]))
      }
      try write(TarHeader.padding(after: member.dataSize))
      for name in names.dropFirst() {
        member = TarMember(
          name: name.bytes, kind: .hardLink(target: first.bytes), mode: entry.mode, userID: entry.userID,
          groupID: entry.groupID, modified: entry.modified)
        try write(member.encoded)
      }
    }
  }

  func writeEnd() throws {
    try write([UInt8](repeating: 0, count: 2 * TarHeader.blockSize))
  }

  private func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }
}

extension TarMember {
  /// What an entry says, under the name that it has in the end.
  fileprivate init(_ entry: LayerEntry, name: [UInt8]) {
    let kind: Kind =
      switch entry.kind {
      case .file, .hardLink: .file
      case .directory: .directory
      case .symbolicLink: .symbolicLink(target: entry.linkTarget)
      case .pipe: .pipe
      case .characterDevice(let major, let minor): .characterDevice(major: major, minor: minor)
      case .blockDevice(let major, let minor): .blockDevice(major: major, minor: minor)
      }
    self.init(
      name: name, kind: kind, mode: entry.mode, userID: entry.userID, groupID: entry.groupID,
      modified: entry.modified, size: entry.size, extendedAttributes: entry.extendedAttributes,
      sparseMap: entry.sparseMap)
  }
}
