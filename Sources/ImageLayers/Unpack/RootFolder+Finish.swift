import CRootFolder
import FileAccess
import SystemPackage

extension RootFolder {
  /// Gives all folders, the root last, the attributes that their entries say.
  ///
  /// - Parameter check: called for each folder; what it throws ends the work.
  /// - Throws: ``UnpackError``; what `check` throws.
  package func finish(check: () throws -> Void = {}) throws {
    cache.removeAll()
    do { try finishAll(check) } catch Errno.staleNFSFileHandle {
      throw UnpackError.changedByOther(entry: "")
    } catch let error as Errno { throw UnpackError.system(.finish, entry: "", error) }
  }

  private func finishAll(_ check: () throws -> Void) throws {
    var stack = try FolderStack(root)
    var rest = [try subfolders(of: root)]
    while !rest.isEmpty {
      try check()
      if let name = rest[rest.count - 1].popLast() {
        try stack.push(try stack.top.folder(name), name: name)
        rest.append(try subfolders(of: stack.top))
        continue
      }
      rest.removeLast()
      guard stack.depth > 0 else { break }
      // The folder above is open by now: its last mode may not let anybody through a folder.
      let (name, folder) = try stack.pop()
      try finish(folder) { stack.path + [name] }
    }
    try finish(root) { [] }
  }

  private func subfolders(of folder: FolderHandle) throws(Errno) -> [[UInt8]] {
    try folder.entries().filter { $0.isFolder ?? folder.isFolder($0.name) }.map(\.name)
  }

  private func finish(_ folder: FolderHandle, path: () -> [[UInt8]]) throws {
    guard let attributes = folders[try folder.identity()] else {
      let path = path()
      if keepsLostAndFound, path == [Self.lostAndFound] { return }
      throw UnpackError.changedByOther(entry: Self.text(path))
    }
    let handle = folder.descriptor
    var mode = mode_t(attributes.mode)
    if !setOwner(attributes, { fchown($0, $1, $2) }, handle) { mode &= ~(S_ISUID | S_ISGID) }
    for attribute in attributes.extended { set(attribute, of: handle, with: dray_set_attribute) }
    try Errno.check { fchmod(handle, mode) }
    try attributes.setTimes(of: handle)
  }

  /// Lets this user into a folder.
  func allow(_ name: [UInt8], in parent: FolderHandle) throws(Errno) {
    let node = try Errno.checkNumber { name.withName { dray_open_node(parent.descriptor, $0) } }
    defer { close(node) }
    var status = stat()
    try Errno.check { fstat(node, &status) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .notDirectory }
    try Errno.checkNumber { dray_node_mode(node, S_IRWXU) }
  }
}
