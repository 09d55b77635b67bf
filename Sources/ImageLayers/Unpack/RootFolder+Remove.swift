import FileAccess
import SystemPackage

extension RootFolder {
  /// A whiteout: removes what lower layers have under a path.
  package func hide(_ path: [[UInt8]]) throws(UnpackError) {
    guard made != nil, let name = path.last, let parent = try folder(path.dropLast(), makes: false) else { return }
    do {
      guard try isSpelled(name, in: parent) else { return }
      if try !isMade(name, in: parent) {
        do { try remove(name, in: parent, keepsMade: true) } catch Errno.noSuchFileOrDirectory {}
      } else if let folder = try? parent.folder(name) {
        cache.removeAll()
        try removeContents(of: folder, keepsMade: true)
      }
    } catch { throw removalError(error, path) }
  }

  /// An opaque whiteout: removes what lower layers have in a folder.
  package func hideContents(_ path: [[UInt8]]) throws(UnpackError) {
    guard made != nil, let folder = try folder(path[...], makes: false) else { return }
    cache.removeAll()
    do { try removeContents(of: folder, keepsMade: true) } catch { throw removalError(error, path) }
  }

  /// Removes the files that AUFS kept for the hard links of a layer.
  func removeLinkSources() throws(UnpackError) {
    let path = Whiteout.linkFolderPath.names
    guard let name = path.last, root.has(name) else { return }
    do { try remove(name, in: root) } catch { throw removalError(error, path) }
  }

  /// Removes all that is in the root.
  package func removeAll() throws(UnpackError) {
    cache.removeAll()
    do { try removeContents(of: root, keepsMade: false) } catch { throw removalError(error, []) }
  }

  /// Removes what has a name, with all that is in it.
  ///
  /// - Parameter keepsMade: leave what this layer made.
  func remove(_ name: [UInt8], in parent: FolderHandle, keepsMade: Bool = false) throws(Errno) {
    do {
      // Where it is a link, folders may have been reached through it.
      cache.removeAll()
      try parent.removeFile(name)
      return try forget(name, in: parent)
    } catch {
      guard error == .isDirectory else { throw error }
    }
    let folder = try openToRemove(name, in: parent)
    let identity = try folder.identity()
    try removeContents(of: folder, keepsMade: keepsMade)
    try removeFolder(name, identity, in: parent, keepsMade: keepsMade)
  }

  private func removeFolder(
    _ name: [UInt8], _ identity: FolderIdentity, in parent: FolderHandle, keepsMade: Bool
  ) throws(Errno) {
    do { try parent.removeFolder(name) } catch {
      guard error == .directoryNotEmpty else { throw error }
      if keepsMade { return }
      try parent.folder(name).awaitHiddenFiles()
      try parent.removeFolder(name)
    }
    try forget(name, in: parent)
    folders[identity] = nil
  }

  private func removeContents(of folder: FolderHandle, keepsMade: Bool) throws(Errno) {
    var stack = try FolderStack(folder)
    var rest = [try removeFiles(in: folder, keepsMade: keepsMade)]
    while !rest.isEmpty {
      if let name = rest[rest.count - 1].popLast() {
        try stack.push(try openToRemove(name, in: stack.top), name: name)
        rest.append(try removeFiles(in: stack.top, keepsMade: keepsMade))
        continue
      }
      rest.removeLast()
      guard stack.depth > 0 else { return }
      let (name, left) = try stack.pop()
      if keepsMade, try isMade(name, in: stack.top) { continue }
      try removeFolder(name, try left.identity(), in: stack.top, keepsMade: keepsMade)
    }
  }

  /// Removes the files in a folder, and returns the names of its folders.
  private func removeFiles(in folder: FolderHandle, keepsMade: Bool) throws(Errno) -> [[UInt8]] {
    var folders: [[UInt8]] = []
    for entry in try folder.entries() {
      let (name, isFolder) = (entry.name, entry.isFolder)
      if keepsLostAndFound, folder === root, name == Self.lostAndFound { continue }
      if isFolder == true {
        folders.append(name)
        continue
      }
      if keepsMade, try isMade(name, in: folder) {
        if isFolder == nil, folder.isFolder(name) { folders.append(name) }
        continue
      }
      do {
        try folder.removeFile(name)
        try forget(name, in: folder)
      } catch {
        guard error == .isDirectory else { throw error }
        folders.append(name)
      }
    }
    return folders
  }

  /// Opens a folder whose contents are to be removed. It may have its last mode already, which may forbid that.
  private func openToRemove(_ name: [UInt8], in parent: FolderHandle) throws(Errno) -> FolderHandle {
    if user != 0 { try allow(name, in: parent) }
    return try parent.folder(name)
  }

  private func removalError(_ error: any Error, _ path: [[UInt8]]) -> UnpackError {
    if case Errno.staleNFSFileHandle = error { return .changedByOther(entry: Self.text(path)) }
    return error as? UnpackError ?? .system(.remove, entry: Self.text(path), error as? Errno ?? .ioError)
  }
}
