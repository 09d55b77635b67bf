import ImageModel
import TarFormat

/// The root of an image: its layers one upon another, the base first, without any content (OCI image-spec, layer.md
/// "Applying Changesets").
///
///     var root = MergedRoot()
///     for layer in layers {
///       root.beginLayer()
///       while let entry = try reader.next() { try root.add(entry) }
///     }
///
/// Links on the way to an entry lead within the root, whatever they name. It holds about 300 bytes for a path, and no
/// more paths and no more bytes of names than a limit.
package struct MergedRoot: Sendable {
  /// The most paths of a root.
  package static let standardLimit = 2_000_000
  /// The most bytes that names and targets of links may have together.
  static let textLimit = 1 << 30
  /// The most symbolic links on one way (Linux: MAXSYMLINKS).
  static let linkLimit = 40

  typealias NodeID = Int32

  /// A name in a folder.
  struct Node: Sendable {
    var name: [UInt8]
    var parent: NodeID
    var file: Int32
    /// The layer that put it there.
    var layer: Int32
    /// Nil for what is no folder.
    var children: [[UInt8]: NodeID]?
    /// The last layer that took away what lower ones have in this folder.
    var clearedIn: Int32 = -1
  }

  /// What names lead to: several, where there are hard links.
  struct File: Sendable {
    var kind: RootEntry.Kind
    var mode: UInt16 = 0o755
    var userID: UInt32 = 0
    var groupID: UInt32 = 0
    var modified = TarTime(seconds: 0)
    var size: Int64 = 0
    var linkTarget: [UInt8] = []
    var attributesDigest: Digest?
    var place: RootEntry.Place?
    var digest: Digest?
    var linkCount: Int32 = 0
  }

  /// A file that has no name of its own, and gets those of the hard links to it.
  struct LinkSource: Sendable {
    let file: File
    /// Where it is among ``files``, or was: nil before the first name.
    var index: Int32?
  }

  static let rootID: NodeID = 0

  let limit: Int
  /// What whiteouts took away, whether it was there or not; kept where the layers below are not known.
  package private(set) var removals = Removals()
  private let keepsRemovals: Bool
  /// Whether there are layers below that are not known.
  let isPartial: Bool
  var nodes: [Node]
  var files: [File]
  var freeNodes: [NodeID] = []
  var freeFiles: [Int32] = []
  /// The layer that is being laid upon the others.
  var layer: Int32
  /// Its entries so far.
  var entryCount = 0
  /// The files that AUFS kept for hard links of the layer.
  var linkSources: [LayerPath: LinkSource] = [:]
  /// The bytes of names and targets of links.
  var textBytes = 0

  /// - Parameters:
  ///   - keepsRemovals: whether ``removals`` are wanted.
  ///   - firstLayer: the number of the lowest layer that will be laid on; what those below it have is not known.
  package init(limit: Int = standardLimit, keepsRemovals: Bool = false, firstLayer: Int = 0) {
    self.limit = limit
    self.keepsRemovals = keepsRemovals
    isPartial = firstLayer > 0
    layer = Int32(firstLayer) - 1
    nodes = [Node(name: [], parent: Self.rootID, file: 0, layer: 0, children: [:])]
    files = [File(kind: .directory, linkCount: 1)]
  }

  /// Paths, in no order.
  package struct Removals: Sendable {
    /// Files and folders that whiteouts name.
    package fileprivate(set) var paths: Set<LayerPath> = []
    /// Folders whose contents are taken away.
    package fileprivate(set) var cleared: Set<LayerPath> = []

    var count: Int { paths.count + cleared.count }

    /// Whether nothing of lower layers is left at a path.
    package func cover(_ path: LayerPath) -> Bool {
      var path = path
      while !path.isRoot {
        if paths.contains(path) { return true }
        path = path.parent
        if cleared.contains(path) { return true }
      }
      return false
    }
  }

  mutating func note(_ whiteout: Whiteout) {
    guard keepsRemovals, removals.count < limit else { return }
    switch whiteout {
    case .removal(let path): removals.paths.insert(path)
    case .opaque(let path): removals.cleared.insert(path)
    case .linkSource, .bookkeeping: break
    }
  }

  /// How many paths it has, the root itself included.
  package var count: Int { nodes.count - freeNodes.count }

  /// What stands at a path. Links on the way are followed within the root, and the last name where it is asked for.
  ///
  /// - Returns: nil where there is nothing.
  /// - Throws: ``LayerError/tooManyLinks(member:)``.
  package func entry(at path: LayerPath, followingLink: Bool) throws(LayerError) -> RootEntry? {
    try node(at: path, followingLink: followingLink).map { entry($0) }
  }

  /// The same for a path as one types it: `..` leads up, and no further than to the root.
  ///
  /// - Throws: ``LayerError/tooManyLinks(member:)``.
  package func entry(at path: String, followingLink: Bool) throws(LayerError) -> RootEntry? {
    try node(at: Array(path.utf8), followingLink: followingLink).map { entry($0) }
  }

  /// What is in the folder at a path, by name; nil where there is no folder.
  ///
  /// - Throws: ``LayerError/tooManyLinks(member:)``.
  package func children(of path: LayerPath) throws(LayerError) -> [RootEntry]? {
    guard let folder = try node(at: path, followingLink: true), let children = nodes[Int(folder)].children else {
      return nil
    }
    return children.values.map { entry($0) }.sorted { Self.precedes($0.path.bytes, $1.path.bytes) }
  }

  /// Everything below a path, each folder before what is in it, in the order of names; the path itself is not in it.
  ///
  /// - Throws: ``LayerError/tooManyLinks(member:)``; what `body` throws.
  package func forEach(below path: LayerPath, _ body: (RootEntry) throws -> Void) throws {
    guard let folder = try node(at: path, followingLink: true) else { return }
    var waiting = sortedChildren(folder)
    while let next = waiting.popLast() {
      try body(entry(next))
      waiting += sortedChildren(next)
    }
  }

  /// The children of a folder, the last one first.
  private func sortedChildren(_ folder: NodeID) -> [NodeID] {
    (nodes[Int(folder)].children ?? [:]).values.sorted {
      Self.precedes(nodes[Int($1)].name, nodes[Int($0)].name)
    }
  }

  static func precedes(_ first: [UInt8], _ second: [UInt8]) -> Bool { first.lexicographicallyPrecedes(second) }

  func path(_ id: NodeID) -> LayerPath {
    var names: [[UInt8]] = []
    var id = id
    while id != Self.rootID {
      names.append(nodes[Int(id)].name)
      id = nodes[Int(id)].parent
    }
    return LayerPath(names: names.reversed())
  }

  func entry(_ id: NodeID) -> RootEntry {
    let node = nodes[Int(id)]
    let file = files[Int(node.file)]
    return RootEntry(
      path: path(id), kind: file.kind, mode: file.mode, userID: file.userID, groupID: file.groupID,
      modified: file.modified, size: file.size, linkTarget: file.linkTarget,
      attributesDigest: file.attributesDigest, layer: Int(node.layer), place: file.place,
      linkCount: Int(file.linkCount), contentDigest: file.digest)
  }
}
