import ImageModel

extension MergedRoot {
  /// Says that the next layer begins.
  package mutating func beginLayer() {
    layer += 1
    entryCount = 0
    linkSources = [:]
  }

  /// Lays the next entry of the layer upon what is there.
  ///
  /// - Parameter digest: that of a file's content, where it is wanted.
  /// - Throws: ``LayerError``.
  package mutating func add(_ entry: LayerEntry, digest: Digest? = nil) throws(LayerError) {
    let place = RootEntry.Place(layer: Int(layer), entry: entryCount)
    entryCount += 1
    if let whiteout = entry.whiteout { note(whiteout) }
    switch entry.whiteout {
    case .bookkeeping?: return
    case .linkSource(let path)?: return try keep(File(entry, place, digest), at: path, entry)
    case .removal(let path)?: return try remove(path)
    case .opaque(let path)?: return try clear(path)
    case nil: break
    }
    guard !entry.path.isRoot else {
      files[0] = File(entry, place, digest)
      files[0].linkCount = 1
      nodes[0].layer = layer
      return
    }
    guard case .hardLink(let path) = entry.kind else {
      let folder = try folder(at: entry.path.parent)
      try put(entry.path.name, in: folder, File(entry, place, digest))
      return
    }
    guard !Whiteout.isLinkSource(path) else { return try put(entry, linkedTo: path) }
    let target = try file(of: path, for: entry)
    // A name more while the way to the new one is made: what stood there may have been the last one.
    files[Int(target)].linkCount += 1
    try put(entry.path.name, in: try folder(at: entry.path.parent), existing: target)
    files[Int(target)].linkCount -= 1
  }

  /// Keeps a file of AUFS for the links to it.
  private mutating func keep(_ file: File, at path: LayerPath, _ entry: LayerEntry) throws(LayerError) {
    guard entry.kind == .file else { return }
    guard count + linkSources.count < limit else { throw .tooManyEntries(limit: limit) }
    linkSources[path] = LinkSource(file: file)
  }

  /// Puts a name of a file that AUFS kept.
  private mutating func put(_ entry: LayerEntry, linkedTo path: LayerPath) throws(LayerError) {
    guard let source = linkSources[path] else {
      throw .missingLinkTarget(member: entry.path.text, target: path.text)
    }
    let folder = try folder(at: entry.path.parent)
    // Its last name may have been replaced meanwhile.
    if let index = source.index, files[Int(index)].linkCount > 0, files[Int(index)].place == source.file.place {
      try put(entry.path.name, in: folder, existing: index)
    } else {
      let node = try put(entry.path.name, in: folder, source.file)
      linkSources[path]?.index = nodes[Int(node)].file
    }
  }

  /// What a hard link is another name of. Links on the way are followed, the last name is not: that may be a link itself.
  private mutating func file(of path: LayerPath, for entry: LayerEntry) throws(LayerError) -> Int32 {
    guard let target = try node(at: path, followingLink: false), nodes[Int(target)].children == nil else {
      guard isPartial else { throw .missingLinkTarget(member: entry.path.text, target: path.text) }
      // It is in a layer that is not known.
      files.append(File(kind: .file))
      return Int32(files.count - 1)
    }
    return nodes[Int(target)].file
  }

  /// Puts a file under a name. A folder upon a folder keeps what is in it; everything else replaces what was there.
  @discardableResult
  mutating func put(_ name: ArraySlice<UInt8>, in folder: NodeID, _ file: File) throws(LayerError) -> NodeID {
    let name = Array(name)
    if let old = nodes[Int(folder)].children?[name] {
      if file.kind == .directory, nodes[Int(old)].children != nil {
        let index = Int(nodes[Int(old)].file)
        files[index] = file
        files[index].linkCount = 1
        nodes[Int(old)].layer = layer
        return old
      }
      remove(old)
    }
    let index: Int32
    if let free = freeFiles.popLast() {
      files[Int(free)] = file
      index = free
    } else {
      index = Int32(files.count)
      files.append(file)
    }
    return try link(name, in: folder, to: index)
  }

  /// Puts another name of a file, which may be the one that it replaces.
  private mutating func put(
    _ name: ArraySlice<UInt8>, in folder: NodeID, existing file: Int32
  ) throws(LayerError) {
    let name = Array(name)
    if let old = nodes[Int(folder)].children?[name] {
      guard nodes[Int(old)].file != file else {
        nodes[Int(old)].layer = layer
        return
      }
      remove(old)
    }
    _ = try link(name, in: folder, to: file)
  }

  private mutating func link(_ name: [UInt8], in folder: NodeID, to file: Int32) throws(LayerError) -> NodeID {
    guard count < limit else { throw .tooManyEntries(limit: limit) }
    textBytes += name.count + (files[Int(file)].linkCount == 0 ? files[Int(file)].linkTarget.count : 0)
    guard textBytes <= Self.textLimit else { throw .namesTooLarge(limit: Self.textLimit) }
    files[Int(file)].linkCount += 1
    let isFolder = files[Int(file)].kind == .directory
    let node = Node(name: name, parent: folder, file: file, layer: layer, children: isFolder ? [:] : nil)
    let id: NodeID
    if let free = freeNodes.popLast() {
      nodes[Int(free)] = node
      id = free
    } else {
      id = NodeID(nodes.count)
      nodes.append(node)
    }
    nodes[Int(folder)].children?[name] = id
    return id
  }

  /// Takes away what lower layers have at a path.
  private mutating func remove(_ path: LayerPath) throws(LayerError) {
    guard let folder = try node(at: path.parent, followingLink: true),
      let id = nodes[Int(folder)].children?[Array(path.name)]
    else { return }
    if nodes[Int(id)].children != nil { clear(id) }
    if nodes[Int(id)].layer != layer, nodes[Int(id)].children?.isEmpty ?? true { remove(id) }
  }

  /// Takes away what lower layers have in the folder at a path.
  private mutating func clear(_ path: LayerPath) throws(LayerError) {
    guard let id = try node(at: path, followingLink: true), nodes[Int(id)].children != nil else { return }
    clear(id)
  }

  /// Takes away everything in a folder that this layer did not put there, and the folders that are empty then. Each folder
  /// is looked through once a layer, however many whiteouts ask for it.
  private mutating func clear(_ folder: NodeID) {
    var above = folder
    while true {
      if nodes[Int(above)].clearedIn == layer { return }
      if above == Self.rootID { break }
      above = nodes[Int(above)].parent
    }
    nodes[Int(folder)].clearedIn = layer
    var order: [NodeID] = []
    var waiting = Array((nodes[Int(folder)].children ?? [:]).values)
    while let id = waiting.popLast() {
      order.append(id)
      guard let children = nodes[Int(id)].children, nodes[Int(id)].clearedIn != layer else { continue }
      waiting += children.values
    }
    // Children come after their folders, so that the last ones go first.
    for id in order.reversed() where nodes[Int(id)].layer != layer && nodes[Int(id)].children?.isEmpty ?? true {
      remove(id)
    }
  }

  /// Takes a name away with all that is below it.
  private mutating func remove(_ id: NodeID) {
    let (parent, name) = (nodes[Int(id)].parent, nodes[Int(id)].name)
    nodes[Int(parent)].children?[name] = nil
    var waiting = [id]
    while let next = waiting.popLast() {
      let node = nodes[Int(next)]
      waiting += (node.children ?? [:]).values
      textBytes -= node.name.count
      files[Int(node.file)].linkCount -= 1
      if files[Int(node.file)].linkCount == 0 {
        textBytes -= files[Int(node.file)].linkTarget.count
        files[Int(node.file)] = File(kind: .file)
        freeFiles.append(node.file)
      }
      nodes[Int(next)] = Node(name: [], parent: Self.rootID, file: 0, layer: -1)
      freeNodes.append(next)
    }
  }
}

extension MergedRoot.File {
  fileprivate init(_ entry: LayerEntry, _ place: RootEntry.Place, _ digest: Digest?) {
    let kind: RootEntry.Kind =
      switch entry.kind {
      case .file, .hardLink: .file
      case .directory: .directory
      case .symbolicLink: .symbolicLink
      case .pipe: .pipe
      case .characterDevice(let major, let minor): .characterDevice(major: major, minor: minor)
      case .blockDevice(let major, let minor): .blockDevice(major: major, minor: minor)
      }
    // Links have no permissions of their own on Linux, whatever a layer says.
    let mode = kind == .symbolicLink ? 0o777 : entry.mode
    self.init(
      kind: kind, mode: mode, userID: entry.userID, groupID: entry.groupID, modified: entry.modified,
      size: entry.size, linkTarget: entry.linkTarget, attributesDigest: Self.digest(entry.extendedAttributes),
      place: place,
      digest: digest)
  }

  private static func digest(_ attributes: [[UInt8]: [UInt8]]) -> Digest? {
    guard !attributes.isEmpty else { return nil }
    var bytes: [UInt8] = []
    for (name, value) in attributes.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      for part in [name, value] { bytes += Array("\(part.count) ".utf8) + part }
    }
    return Digest.hash(bytes)
  }
}
