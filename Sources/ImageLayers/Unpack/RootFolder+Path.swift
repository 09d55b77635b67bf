import CRootFolder
import SystemPackage

extension RootFolder {
  /// The folder that a path leads to, through links too.
  ///
  /// - Parameter makes: make the folders that are missing, and in the place of files of lower layers.
  /// - Returns: nil where there is none and none is to be made.
  func folder(_ path: ArraySlice<[UInt8]>, makes: Bool) throws(UnpackError) -> FolderHandle? {
    guard let last = path.last else { return root }
    if let known = cache.folder(path) { return known }
    do {
      let found: FolderHandle?
      if let parent = path.count == 1 ? root : cache.folder(path.dropLast()), let folder = try? parent.folder(last) {
        found = folder
      } else {
        found = try resolved(path) ?? walk(path, makes: makes)
      }
      if let found { cache.insert(found, path: path) }
      return found
    } catch let error as UnpackError {
      throw error
    } catch Errno.staleNFSFileHandle {
      throw .changedByOther(entry: Self.text(path))
    } catch {
      throw .system(.make, entry: Self.text(path), error as? Errno ?? .ioError)
    }
  }

  /// The kernel's answer; nil where the path is for ``walk(_:makes:)``.
  private func resolved(_ path: ArraySlice<[UInt8]>) throws -> FolderHandle? {
    guard resolution == .kernel else { return nil }
    let text = Array(path.joined(separator: [UInt8(ascii: "/")]))
    for _ in 0..<Self.mostTries {
      do {
        return FolderHandle(try Errno.checkNumber { text.withName { dray_open_in_root(root.descriptor, $0) } })
      } catch Errno.resourceTemporarilyUnavailable {
        // Somebody moves folders meanwhile, so that the kernel cannot tell whether `..` stays within.
        continue
      } catch Errno.noFunction {
        kernelCannotResolve()
        return nil
      } catch Errno.tooManySymbolicLinkLevels {
        throw UnpackError.tooManyLinks(entry: Self.text(path))
      } catch {
        return nil
      }
    }
    return nil
  }

  /// Goes one folder at a time, and follows links itself.
  private func walk(_ path: ArraySlice<[UInt8]>, makes: Bool) throws -> FolderHandle? {
    var stack = try FolderStack(root)
    var rest = Array(path.reversed())
    var links = 0
    var tries = 0
    while let name = rest.popLast() {
      if name == [0x2E] { continue }
      if name == [0x2E, 0x2E] {
        if stack.depth > 0 { _ = try stack.pop() }
        continue
      }
      do {
        try stack.push(try stack.top.folder(name), name: name)
      } catch Errno.noSuchFileOrDirectory {
        guard makes else { return nil }
        try countTry(&tries, path)
        do { try makeFolder(name, in: stack.top, .impliedFolder) } catch Errno.fileExists {}
        rest.append(name)
      } catch Errno.notDirectory, Errno.tooManySymbolicLinkLevels {
        let found: [UInt8]?
        do { found = try stack.top.linkTarget(name) } catch Errno.noSuchFileOrDirectory {
          // Gone meanwhile.
          try countTry(&tries, path)
          rest.append(name)
          continue
        }
        guard let target = found else {
          guard makes else { return nil }
          guard try !isMade(name, in: stack.top) else { throw UnpackError.notAFolder(entry: Self.text(path)) }
          try countTry(&tries, path)
          try remove(name, in: stack.top)
          rest.append(name)
          continue
        }
        links += 1
        guard links <= Self.mostLinks else { throw UnpackError.tooManyLinks(entry: Self.text(path)) }
        if target.first == UInt8(ascii: "/") { stack.popAll() }
        rest += target.split(separator: UInt8(ascii: "/")).reversed().map(Array.init)
      }
    }
    return stack.depth == 0 ? root : stack.top
  }

  func countTry(_ tries: inout Int, _ path: ArraySlice<[UInt8]>) throws(UnpackError) {
    tries += 1
    guard tries <= Self.mostTries + Self.longestPath else { throw .changedByOther(entry: Self.text(path)) }
  }

  /// Makes a folder that is open to this user alone for now.
  ///
  /// - Throws: `Errno`: `fileExists` too.
  @discardableResult
  func makeFolder(
    _ name: [UInt8], in parent: FolderHandle, _ attributes: EntryAttributes
  ) throws(Errno) -> FolderHandle {
    try parent.makeFolder(name)
    let folder = try parent.folder(name)
    folders[try folder.identity()] = attributes
    try note(name, in: parent)
    return folder
  }
}
