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
/// more paths than a limit.
package struct MergedRoot: Sendable {
  /// The most paths of a root.
  package static let standardLimit = 2_000_000
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
    var extendedAttributes: [[UInt8]: [UInt8]] = [:]
    var place: RootEntry.Place?
    var digest: Digest?
    var linkCount: Int32 = 0
  }

  static let rootID: NodeID = 0

  let limit: Int
  var nodes: [Node]
  var files: [File]
  var freeNodes: [NodeID] = []
  var freeFiles: [Int32] = []
  /// The layer that is being laid upon the others.
  var layer: Int32 = -1
  /// Its entries so far.
  var entryCount = 0

  package init(limit: Int = standardLimit) {
    self.limit = limit
    nodes = [Node(name: [], parent: Self.rootID, file: 0, layer: 0, children: [:])]
    files = [File(kind: .directory, linkCount: 1)]
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

  private func entry(_ id: NodeID) -> RootEntry {
    let node = nodes[Int(id)]
    let file = files[Int(node.file)]
    return RootEntry(
      path: path(id), kind: file.kind, mode: file.mode, userID: file.userID, groupID: file.groupID,
      modified: file.modified, size: file.size, linkTarget: file.linkTarget,
      extendedAttributes: file.extendedAttributes, layer: Int(node.layer), place: file.place,
      linkCount: Int(file.linkCount), contentDigest: file.digest)
  }
}
