import FileAccess
import SystemPackage

/// File systems that take two spellings for one name, as APFS does with `README` and `readme`. An image that has both
/// would lose one of them there, so it is refused; a name that differs from what is there is never taken for it.
extension RootFolder {
  /// Whether a file system takes names for the same that an image tells apart: by case, or by how Unicode is composed.
  static func foldsNames(in folder: FolderHandle) -> Bool {
    [("Dray-", "dRAY-"), ("dray-\u{E9}", "dray-e\u{301}")].contains { made, other in
      let number = String(UInt64.random(in: 0 ... .max), radix: 10)
      let name = Array((made + number).utf8)
      // A file system that cannot hold such a name does not fold it.
      guard (try? folder.makeFolder(name)) != nil else { return false }
      defer { try? folder.removeFolder(name) }
      return folder.isFolder(Array((other + number).utf8))
    }
  }

  /// Whether what a name leads to was made under exactly this name.
  func isSpelled(_ name: [UInt8], in folder: FolderHandle) throws(Errno) -> Bool {
    guard let spelled else { return true }
    return spelled.contains(name, in: try folder.identity())
  }

  /// - Throws: ``UnpackError/sameName(entry:)`` where another spelling of the name stands in the folder.
  func checkSpelling(_ name: [UInt8], in folder: FolderHandle, _ path: some Sequence<[UInt8]>) throws(UnpackError) {
    do throws(Errno) {
      guard try !isSpelled(name, in: folder), folder.has(name) else { return }
    } catch { throw .system(.make, entry: Self.text(path), error) }
    throw .sameName(entry: Self.text(path))
  }

  /// Forgets a name that was removed.
  func forget(_ name: [UInt8], in folder: FolderHandle) throws(Errno) {
    guard spelled != nil else { return }
    spelled?.remove(name, in: try folder.identity())
  }
}

extension FolderHandle {
  func has(_ name: [UInt8]) -> Bool {
    var status = stat()
    return name.withName { fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) } == 0
  }
}
