import ImageLayers
import ImageModel
import TarFormat

/// The root of an image as one tar archive: what a container of it would see, each file once.
///
/// The layers are read twice: their headers first, to know what is left in the end, and then what is left is passed on as it
/// comes. So nothing is kept but names. Everything is in the order of the layers, each folder before what is in it, further
/// names of a file behind it. The same image gives the same bytes.
///
/// Each name comes once: docker's classic store and podman import no archive in which one comes twice. Programs give a folder
/// its time as soon as something follows that is not in it. So where a higher layer puts more into a folder, its header
/// comes at the end.
struct RootTar {
  private static let bufferSize = 256 << 10

  private struct Folder {
    let entry: RootEntry
    /// Whether its header comes at the end: what is put into it makes it until then.
    var isLate = false
    var isWritten = false
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
  private var open = OpenFolders()
  private let write: (UnsafeRawBufferPointer) throws -> Void

  init(_ root: MergedRoot, write: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
    self.write = write
    try root.forEach(below: .root) { entry in
      if entry.kind == .directory { folders[entry.path] = Folder(entry: entry) }
      if let place = entry.place { paths[place, default: []].append(entry.path) }
    }
    findLateFolders()
  }

  /// Goes the way of all members without reading them.
  private mutating func findLateFolders() {
    var open = OpenFolders()
    var seen: Set<LayerPath> = []
    for (_, names) in paths.sorted(by: { ($0.key.layer, $0.key.entry) < ($1.key.layer, $1.key.entry) }) {
      for name in names {
        let folder = folders[name]
        // It is needed before its attributes are known.
        if let folder, seen.contains(name), folder.entry.attributesDigest != nil { folders[name]?.isLate = true }
        for path in open.enter(folder == nil ? name.parent : name) {
          guard !seen.insert(path).inserted, let mode = folders[path]?.entry.mode else { continue }
          // What not everybody may read is closed from the start, if at the price of its time.
          if mode & 0o055 == 0o055 { folders[path]?.isLate = true }
        }
      }
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
    for path in left {
      if let folder = folders[path], !folder.isWritten { try write(folder.member.encoded) }
    }
    try write([UInt8](repeating: 0, count: 2 * TarHeader.blockSize))
  }

  /// Writes a folder whose entry has come.
  private mutating func writeFolder(_ path: LayerPath, _ attributes: [[UInt8]: [UInt8]]) throws {
    folders[path]?.extendedAttributes = attributes
    try enter(path)
  }

  /// Goes on in a folder: it, and those that it stands in, are written where they were not yet.
  private mutating func enter(_ path: LayerPath) throws {
    for path in open.enter(path) {
      guard let folder = folders[path], !folder.isWritten, !folder.isLate else { continue }
      folders[path]?.isWritten = true
      try write(folder.member.encoded)
    }
  }

  private func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }
}

/// The folders, each in the one before it, that the last member stood in.
private struct OpenFolders {
  private var open: [LayerPath] = []

  /// Goes on in a folder.
  ///
  /// - Returns: those that are entered for it, the outermost first.
  mutating func enter(_ path: LayerPath) -> ArraySlice<LayerPath> {
    guard open.last != path else { return [] }
    var way: [LayerPath] = []
    var next = path
    while !next.isRoot {
      way.append(next)
      next = next.parent
    }
    way.reverse()
    let shared = zip(open, way).prefix { $0 == $1 }.count
    open = way
    return way.dropFirst(shared)
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
