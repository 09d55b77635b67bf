import CRootFolder
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension RootFolder {
  /// Gives all folders, the root last, the attributes that their entries say.
  package func finish() throws(UnpackError) {
    cache.removeAll()
    do { try finishAll() } catch let error as UnpackError { throw error } catch Errno.staleNFSFileHandle {
      throw .changedByOther(entry: "")
    } catch { throw .system(.finish, entry: "", error as? Errno ?? .ioError) }
  }

  private func finishAll() throws {
    var stack = try FolderStack(root)
    var rest = [try subfolders(of: root)]
    while !rest.isEmpty {
      if let name = rest[rest.count - 1].popLast() {
        try stack.push(try stack.top.folder(name), name: name)
        rest.append(try subfolders(of: stack.top))
        continue
      }
      rest.removeLast()
      guard stack.depth > 0 else { break }
      // The folder above is open by now: its last mode may not let anybody through a folder.
      let path = stack.path
      let folder = try stack.pop().folder
      try finish(folder, path)
    }
    try finish(root, [])
  }

  private func subfolders(of folder: FolderHandle) throws(Errno) -> [[UInt8]] {
    var found: [[UInt8]] = []
    for (name, isFolder) in try folder.names() where isFolder ?? folder.isFolder(name) { found.append(name) }
    return found
  }

  private func finish(_ folder: FolderHandle, _ path: [[UInt8]]) throws {
    guard let attributes = folders[try folder.identity()] else {
      if keepsLostAndFound, path == [Self.lostAndFound] { return }
      throw UnpackError.changedByOther(entry: Self.text(path))
    }
    let handle = folder.descriptor
    var mode = mode_t(attributes.mode)
    if !giveAway(attributes, { fchown($0, $1, $2) }, handle) { mode &= ~(S_ISUID | S_ISGID) }
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
