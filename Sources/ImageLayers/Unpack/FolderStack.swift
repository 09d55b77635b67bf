import SystemPackage

/// Folders that stand in one another, the outermost first, on a way down and up again. Only the innermost are kept open,
/// so that no depth is too deep; a way up through `..` counts only where it leads to the folder that the way down came from.
struct FolderStack {
  private struct Level {
    let name: [UInt8]
    let identity: FolderIdentity
    var handle: FolderHandle?
  }

  /// How many folders are kept open beside the outermost.
  private static let window = 32
  private var levels: [Level]

  init(_ outermost: FolderHandle) throws(Errno) {
    levels = [Level(name: [], identity: try outermost.identity(), handle: outermost)]
  }

  /// How many folders stand in the outermost one.
  var depth: Int { levels.count - 1 }

  /// The innermost folder.
  var top: FolderHandle {
    guard let handle = levels.last?.handle else { preconditionFailure("the innermost folder is open") }
    return handle
  }

  /// The names that lead to the innermost folder.
  var path: [[UInt8]] { levels.dropFirst().map(\.name) }

  mutating func push(_ folder: FolderHandle, name: [UInt8]) throws(Errno) {
    levels.append(Level(name: name, identity: try folder.identity(), handle: folder))
    let far = levels.count - 1 - Self.window
    if far > 0 { levels[far].handle = nil }
  }

  /// Leaves the innermost folder, which is not the outermost.
  ///
  /// - Throws: `Errno`; `staleFileHandle` where the folder was moved to another one meanwhile.
  mutating func pop() throws(Errno) -> (name: [UInt8], folder: FolderHandle) {
    let left = (levels[levels.count - 1].name, top)
    let parent = levels.count - 2
    if levels[parent].handle == nil {
      let handle = try left.1.parent()
      guard try handle.identity() == levels[parent].identity else { throw .staleNFSFileHandle }
      levels[parent].handle = handle
    }
    levels.removeLast()
    return left
  }

  /// Goes back to the outermost folder.
  mutating func popAll() {
    levels.removeSubrange(1...)
  }
}
