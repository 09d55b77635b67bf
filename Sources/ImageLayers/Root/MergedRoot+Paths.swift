extension MergedRoot {
  /// A way through the root: names that are still to be gone, the next one last.
  private struct Way {
    var names: [ArraySlice<UInt8>]
    var links = 0

    init(_ path: [UInt8]) {
      names = path.split(separator: UInt8(ascii: "/")).reversed()
    }

    /// Goes on with a link's target. An absolute one begins at the root, which is this one.
    mutating func follow(_ target: [UInt8], from folder: NodeID) -> NodeID {
      names += target.split(separator: UInt8(ascii: "/")).reversed()
      return target.first == UInt8(ascii: "/") ? MergedRoot.rootID : folder
    }
  }

  /// The node at a path; nil where there is none.
  func node(at path: LayerPath, followingLink: Bool) throws(LayerError) -> NodeID? {
    try node(at: path.bytes, followingLink: followingLink)
  }

  /// The same for a path that may hold dots.
  func node(at path: [UInt8], followingLink: Bool) throws(LayerError) -> NodeID? {
    var way = Way(path)
    var current = Self.rootID
    while let name = way.names.popLast() {
      guard let next = step(name, from: current) else { return nil }
      guard files[Int(nodes[Int(next)].file)].kind == .symbolicLink, followingLink || !way.names.isEmpty else {
        current = next
        continue
      }
      current = try follow(next, on: &way, from: current, to: path)
    }
    return current
  }

  /// The folder at a path. What is not there yet, or is no folder, is made one, as the engines make it: an entry's folders
  /// need no entries of their own.
  mutating func folder(at path: LayerPath) throws(LayerError) -> NodeID {
    var way = Way(path.bytes)
    var current = Self.rootID
    while let name = way.names.popLast() {
      guard let next = step(name, from: current) else {
        current = try put(name, in: current, File(kind: .directory))
        continue
      }
      switch files[Int(nodes[Int(next)].file)].kind {
      case .directory: current = next
      case .symbolicLink: current = try follow(next, on: &way, from: current, to: path.bytes)
      default: current = try put(name, in: current, File(kind: .directory))
      }
    }
    return current
  }

  /// The node of a name in a folder; nil where it is not there, or this is no folder.
  private func step(_ name: ArraySlice<UInt8>, from folder: NodeID) -> NodeID? {
    if name.elementsEqual(".".utf8) { return folder }
    // Above the root there is the root.
    if name.elementsEqual("..".utf8) { return nodes[Int(folder)].parent }
    return nodes[Int(folder)].children?[Array(name)]
  }

  private func follow(
    _ link: NodeID, on way: inout Way, from folder: NodeID, to path: [UInt8]
  ) throws(LayerError) -> NodeID {
    way.links += 1
    guard way.links <= Self.linkLimit else { throw .tooManyLinks(member: LayerReader.text(path)) }
    return way.follow(files[Int(nodes[Int(link)].file)].linkTarget, from: folder)
  }
}
