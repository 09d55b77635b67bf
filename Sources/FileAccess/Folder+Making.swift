import SystemPackage

extension Folder {
  /// Opens a folder; one that is not there is made in the folder above.
  package convenience init(makingIfMissing path: FilePath) throws(FileError) {
    if mkdir(path.string, 0o777) != 0, errno != EEXIST {
      let error = Errno(rawValue: errno)
      let parent = path.removingLastComponent()
      guard error == .noSuchFileOrDirectory else { throw .folderNotWritable(parent.isEmpty ? "." : parent, error) }
      throw .folderMissing(parent.isEmpty ? "." : parent)
    }
    try self.init(opening: path)
  }

  /// Makes a folder, unless it is there.
  package func makeFolder(_ name: String) throws(FileError) {
    guard mkdirat(descriptor.rawValue, name, 0o777) == 0 || errno == EEXIST else {
      throw .folderNotWritable(path, Errno(rawValue: errno))
    }
  }

  /// Makes way for a file where there is a folder of its name: an empty one goes, any other gets a name beside it.
  ///
  /// - Returns: where what was in the folder is now; nil where nothing had to be moved.
  package func makeWay(for name: String) throws(FileError) -> FilePath? {
    guard try status(of: name)?.type == .directory else { return nil }
    if unlinkat(descriptor.rawValue, name, AT_REMOVEDIR) == 0 || errno == ENOENT { return nil }
    let error = Errno(rawValue: errno)
    guard error == .directoryNotEmpty || error == .fileExists else {
      throw .system(.remove, path.appending(name), error)
    }
    var aside = name + ".moved-aside"
    var number = 1
    while try status(of: aside) != nil {
      number += 1
      aside = "\(name).moved-aside-\(number)"
    }
    try rename(name, to: aside)
    return path.appending(aside)
  }

  /// Whether there is nothing in it but drafts of files of this name.
  package func isEmpty(butForDraftsOf name: String) throws(FileError) -> Bool {
    let names: [String]
    do { names = try self.names() } catch { throw .system(.read, path, error) }
    return names.allSatisfy { $0.hasPrefix(".\(name).") }
  }
}
