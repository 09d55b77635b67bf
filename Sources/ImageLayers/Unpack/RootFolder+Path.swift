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
      if let parent = path.count == 1 ? root : cache.folder(path.dropLast()), try isSpelled(last, in: parent),
        let folder = try? parent.folder(last)
      {
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
  private func resolved(_ path: ArraySlice<[UInt8]>) throws(UnpackError) -> FolderHandle? {
    // The kernel would take another spelling for the same name.
    guard resolution == .kernel, spelled == nil else { return nil }
    let text = Array(path.joined(separator: [UInt8(ascii: "/")]))
    for _ in 0..<Self.mostTries {
      let result = text.withName { dray_open_in_root(root.descriptor, $0) }
      if result >= 0 { return FolderHandle(result) }
      switch Errno(rawValue: -result) {
      // Somebody moves folders meanwhile, so that the kernel cannot tell whether `..` stays within.
      case .resourceTemporarilyUnavailable, .interrupted: break
      case .noFunction:
        kernelCannotResolve()
        return nil
      case .tooManySymbolicLinkLevels: throw .tooManyLinks(entry: Self.text(path))
      default: return nil
      }
    }
    return nil
  }

  /// What stands under a name on the way.
  private enum Step {
    case folder(FolderHandle)
    case link(target: [UInt8])
    case file
    case nothing
  }

  private func step(_ name: [UInt8], in folder: FolderHandle) throws(Errno) -> Step {
    do { return .folder(try folder.folder(name)) } catch {
      if error == .noSuchFileOrDirectory { return .nothing }
      guard error == .notDirectory || error == .tooManySymbolicLinkLevels else { throw error }
    }
    do { return try folder.linkTarget(name).map { .link(target: $0) } ?? .file } catch {
      guard error == .noSuchFileOrDirectory else { throw error }
      return .nothing
    }
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
      if makes {
        try checkSpelling(name, in: stack.top, path)
      } else if try !isSpelled(name, in: stack.top) {
        return nil
      }
      switch try step(name, in: stack.top) {
      case .folder(let folder): try stack.push(folder, name: name)
      case .link(let target):
        links += 1
        guard links <= Self.mostLinks else { throw UnpackError.tooManyLinks(entry: Self.text(path)) }
        if target.first == UInt8(ascii: "/") { stack.popAll() }
        rest += target.split(separator: UInt8(ascii: "/")).reversed().map { Array($0) }
      case .nothing:
        guard makes else { return nil }
        try countTry(&tries, path)
        try makeImplied(name, in: stack.top)
        rest.append(name)
      case .file:
        guard makes else { return nil }
        guard try !isMade(name, in: stack.top) else { throw UnpackError.notAFolder(entry: Self.text(path)) }
        try countTry(&tries, path)
        try remove(name, in: stack.top)
        rest.append(name)
      }
    }
    return stack.depth == 0 ? root : stack.top
  }

  /// Makes a folder that no entry names so far; one that somebody else was faster to make is taken as well.
  private func makeImplied(_ name: [UInt8], in parent: FolderHandle) throws(Errno) {
    do { try makeFolder(name, in: parent, .impliedFolder) } catch {
      guard error == .fileExists else { throw error }
    }
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
