import ImageLayers
import ImageModel
import TarFormat

/// The root of an image as one tar archive: what a container of it would see, each file once.
///
/// The layers are read twice: their headers first, to know what is left in the end, and then what is left is passed on as it
/// comes. So nothing is kept but names. Everything is in the order of the layers, each folder before what is in it, further
/// names of a file behind it. The same image gives the same bytes.
///
/// Programs give a folder its time as soon as something follows that is not in it. Where a higher layer puts more into it,
/// its header comes once more at the end.
struct RootTar {
  private static let bufferSize = 256 << 10

  private struct Folder {
    let entry: RootEntry
    var isWritten = false
    /// Whether its header has to come once more.
    var isStale = false
    var extendedAttributes: [[UInt8]: [UInt8]] = [:]

    var member: TarMember {
      TarMember(
        name: entry.path.bytes, kind: .directory, mode: entry.mode, userID: entry.userID, groupID: entry.groupID,
        modified: entry.modified, extendedAttributes: extendedAttributes)
    }
  }

  /// By the place of its entry: the paths that lead to a file.
  private var paths: [RootEntry.Place: [LayerPath]] = [:]
  private var folders: [LayerPath: Folder] = [:]
  /// The folders, each in the one before it, that the last member stood in.
  private var open: [LayerPath] = []
  private let write: (UnsafeRawBufferPointer) throws -> Void

  init(_ root: MergedRoot, write: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
    self.write = write
    try root.forEach(below: .root) { entry in
      if entry.kind == .directory { folders[entry.path] = Folder(entry: entry) }
      if let place = entry.place { paths[place, default: []].append(entry.path) }
    }
  }

  /// Passes on what is left of a layer.
  ///
  /// - Throws: `LayerError`; what `write` and the reader's source throw.
  mutating func writeLayer(_ number: Int, _ reader: LayerReader, check: () throws -> Void) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.bufferSize, alignment: 64)
    defer { buffer.deallocate() }
    var count = 0
    while let entry = try reader.next() {
      try check()
      let names = paths[RootEntry.Place(layer: number, entry: count)]
      count += 1
      guard let names, let first = names.first else { continue }
      guard folders[first] == nil else {
        try writeFolder(first, entry.extendedAttributes)
        continue
      }
      try enter(first.parent)
      let member = TarMember(entry, name: first.bytes)
      try write(member.encoded)
      while let piece = try reader.readData(into: buffer) {
        try check()
        try write(UnsafeRawBufferPointer(rebasing: buffer[..<piece.count]))
      }
      try write(TarHeader.padding(after: member.dataSize))
      for name in names.dropFirst() {
        try enter(name.parent)
        try write(
          TarMember(
            name: name.bytes, kind: .hardLink(target: first.bytes), mode: entry.mode, userID: entry.userID,
            groupID: entry.groupID, modified: entry.modified
          ).encoded)
      }
    }
  }

  mutating func writeEnd() throws {
    let left = folders.keys.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    for path in left where folders[path]?.isWritten == false { try writeFolder(path, [:]) }
    for path in left {
      if let folder = folders[path], folder.isStale { try write(folder.member.encoded) }
    }
    try write([UInt8](repeating: 0, count: 2 * TarHeader.blockSize))
  }

  /// Writes a folder whose entry has come.
  private mutating func writeFolder(_ path: LayerPath, _ attributes: [[UInt8]: [UInt8]]) throws {
    guard let folder = folders[path] else { return }
    folders[path]?.extendedAttributes = attributes
    // It was needed before; its attributes were not known then.
    if folder.isWritten, !attributes.isEmpty { folders[path]?.isStale = true }
    try enter(path)
  }

  /// Goes on in a folder: it, and those that it stands in, are written where they were not yet.
  private mutating func enter(_ path: LayerPath) throws {
    guard open.last != path else { return }
    var way: [LayerPath] = []
    var next = path
    while !next.isRoot {
      way.append(next)
      next = next.parent
    }
    way.reverse()
    let shared = zip(open, way).prefix { $0 == $1 }.count
    open = Array(way.prefix(shared))
    for path in way.dropFirst(shared) {
      if folders[path]?.isWritten == true {
        // Left and entered anew.
        folders[path]?.isStale = true
      } else {
        folders[path]?.isWritten = true
        if let folder = folders[path] { try write(folder.member.encoded) }
      }
      open.append(path)
    }
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
