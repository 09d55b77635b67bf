import CRootFolder
import FileAccess
import SystemPackage

extension RootFolder {
  /// A pipe or a device.
  package enum Node: Sendable, Hashable {
    case pipe
    case characterDevice(major: UInt32, minor: UInt32)
    case blockDevice(major: UInt32, minor: UInt32)
  }

  /// Makes a folder, or gives one that is there other attributes.
  package func makeFolder(_ path: [[UInt8]], _ attributes: EntryAttributes) throws(UnpackError) {
    guard let name = path.last else {
      do { folders[try root.identity()] = attributes } catch { throw .system(.make, entry: "", error) }
      return
    }
    let folder = try replacing(path) { parent throws(Errno) in
      if let folder = try? parent.folder(name) {
        folders[try folder.identity()] = attributes
        try note(name, in: parent)
        return folder
      }
      return try makeFolder(name, in: parent, attributes)
    }
    cache.insert(folder, path: path[...])
  }

  /// Makes an empty file.
  func makeFile(_ path: [[UInt8]], _ attributes: EntryAttributes) throws(UnpackError) -> NewFile {
    guard let name = path.last else { throw .rootReplaced(entry: ".") }
    let wanted = mode_t(attributes.mode)
    // With its mode from the beginning, where that takes nothing from it and is not in the way of what follows.
    let isFinal = wanted & (creationMask | 0o7000) == 0 && attributes.extended.isEmpty
    let mode = isFinal ? wanted : S_IRUSR | S_IWUSR
    let descriptor = try replacing(path) { parent throws(Errno) in
      let descriptor = try parent.makeFile(name, mode: mode)
      try note(name, in: parent)
      return descriptor
    }
    return NewFile(descriptor, path: path, mode: mode)
  }

  /// Gives a file that was written what its entry says.
  func finish(_ file: NewFile, _ attributes: EntryAttributes) throws(UnpackError) {
    do {
      var wanted = mode_t(attributes.mode)
      if !setOwner(attributes, { file, user, group in fchown(file, user, group) }, file.descriptor) {
        if wanted & (S_ISUID | S_ISGID) != 0 {
          counts.droppedModes += 1
          wanted &= ~(S_ISUID | S_ISGID)
        }
      }
      for attribute in attributes.extended { set(attribute, of: file.descriptor, with: dray_set_attribute) }
      if wanted != file.mode { try Errno.check { fchmod(file.descriptor, wanted) } }
      try attributes.setTimes(of: file.descriptor)
      try file.close()
    } catch { throw .system(.describe, entry: Self.text(file.path), error) }
  }

  /// Makes a symbolic link. The target is stored unchecked; it may hold any bytes.
  package func makeLink(_ path: [[UInt8]], to target: [UInt8], _ attributes: EntryAttributes) throws(UnpackError) {
    guard let name = path.last else { throw .rootReplaced(entry: ".") }
    let parent = try replacing(path) { parent throws(Errno) in
      try Errno.check { name.withName { name in target.withName { symlinkat($0, parent.descriptor, name) } } }
      try note(name, in: parent)
      return parent
    }
    try describe(path, in: parent, type: S_IFLNK, attributes)
  }

  /// Makes another name of what is there: of a link itself where it is one.
  package func makeHardLink(_ path: [[UInt8]], to target: [[UInt8]]) throws(UnpackError) {
    guard let name = path.last else { throw .rootReplaced(entry: ".") }
    guard let targetName = target.last, let source = try folder(target.dropLast(), makes: false) else {
      throw .noLinkTarget(entry: Self.text(path), target: Self.text(target))
    }
    guard (try? isSpelled(targetName, in: source)) == true else {
      throw .noLinkTarget(entry: Self.text(path), target: Self.text(target))
    }
    do throws(UnpackError) {
      try replacing(path) { parent throws(Errno) in
        do throws(Errno) {
          try Errno.check {
            name.withName { name in
              targetName.withName { linkat(source.descriptor, $0, parent.descriptor, name, 0) }
            }
          }
        } catch {
          // It may be another name of the target already, or the very one: to remove it first would be its end.
          guard error == .fileExists, parent.hasSameFile(name, as: targetName, in: source) else { throw error }
        }
        try note(name, in: parent)
      }
    } catch .system(_, _, let error) where error == .noSuchFileOrDirectory || error == .notPermitted {
      throw .noLinkTarget(entry: Self.text(path), target: Self.text(target))
    }
  }

  /// Makes a pipe or a device; a device only where this user may.
  package func make(_ node: Node, _ path: [[UInt8]], _ attributes: EntryAttributes) throws(UnpackError) {
    guard let name = path.last else { throw .rootReplaced(entry: ".") }
    let (type, major, minor): (mode_t, UInt32, UInt32) =
      switch node {
      case .pipe: (S_IFIFO, 0, 0)
      case .characterDevice(let major, let minor): (S_IFCHR, major, minor)
      case .blockDevice(let major, let minor): (S_IFBLK, major, minor)
      }
    let parent: FolderHandle
    do throws(UnpackError) {
      parent = try replacing(path) { parent throws(Errno) in
        try Errno.checkNumber { name.withName { dray_make_node(parent.descriptor, $0, type, major, minor) } }
        try note(name, in: parent)
        return parent
      }
    } catch .system(_, _, let error) where node != .pipe && (error == .notPermitted || error == .noFunction) {
      counts.skippedDevices += 1
      return
    }
    try describe(path, in: parent, type: type, attributes)
  }

  /// Makes something, and removes what has its name already.
  private func replacing<Made>(
    _ path: [[UInt8]], _ make: (FolderHandle) throws(Errno) -> Made
  ) throws(UnpackError) -> Made {
    guard let name = path.last, let parent = try folder(path.dropLast(), makes: true) else {
      throw .notAFolder(entry: Self.text(path))
    }
    try checkSpelling(name, in: parent, path)
    for _ in 0..<Self.mostTries {
      do { return try make(parent) } catch {
        guard error == .fileExists else { throw .system(.make, entry: Self.text(path), error) }
      }
      do { try remove(name, in: parent) } catch { throw .system(.remove, entry: Self.text(path), error) }
    }
    throw .changedByOther(entry: Self.text(path))
  }

  /// Gives something that is neither file nor folder its attributes, through a handle of its own.
  private func describe(
    _ path: [[UInt8]], in parent: FolderHandle, type: mode_t, _ attributes: EntryAttributes
  ) throws(UnpackError) {
    guard let name = path.last else { return }
    do {
      let node = try Errno.checkNumber { name.withName { dray_open_node(parent.descriptor, $0) } }
      defer { close(node) }
      var status = stat()
      try Errno.check { fstat(node, &status) }
      // Only what was just made: this user's, of the right kind and without another name.
      guard status.st_mode & S_IFMT == type, status.st_uid == user, status.st_nlink == 1 else {
        throw UnpackError.changedByOther(entry: Self.text(path))
      }
      _ = setOwner(attributes, dray_node_owner, node)
      for attribute in attributes.extended { set(attribute, of: node, with: dray_node_attribute) }
      if type != S_IFLNK { try Errno.checkNumber { dray_node_mode(node, mode_t(attributes.mode)) } }
      let time = attributes.modified
      try Errno.checkNumber { dray_node_time(node, time.seconds, Int32(time.nanoseconds)) }
    } catch let error as UnpackError {
      throw error
    } catch { throw .system(.describe, entry: Self.text(path), error as? Errno ?? .ioError) }
  }

  /// Sets the owner, where this user may and is to.
  ///
  /// - Returns: false where it remains this user's and would be somebody else's.
  func setOwner(
    _ attributes: EntryAttributes, _ change: (Int32, uid_t, gid_t) -> Int32, _ handle: Int32
  ) -> Bool {
    if attributes.userID == user, attributes.groupID == group { return true }
    if keepsOwners, change(handle, attributes.userID, attributes.groupID) == 0 { return true }
    counts.mappedOwners += 1
    return false
  }

  func set(
    _ attribute: EntryAttributes.Extended, of handle: Int32,
    with change: (Int32, UnsafePointer<CChar>, UnsafeRawPointer?, Int) -> Int32
  ) {
    let result = attribute.name.withName { name in
      attribute.value.withUnsafeBytes { change(handle, name, $0.baseAddress, $0.count) }
    }
    if result < 0 { counts.skippedAttributes += 1 }
  }
}

extension EntryAttributes {
  /// Sets the times of the last access and the last change of an open file or folder.
  func setTimes(of handle: Int32) throws(Errno) {
    let time = timespec(tv_sec: time_t(modified.seconds), tv_nsec: Int(modified.nanoseconds))
    let times = [time, time]
    try Errno.check { futimens(handle, times) }
  }
}
