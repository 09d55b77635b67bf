import CLibrary
import SystemPackage

package func makeFolder() throws -> FilePath {
  var template = Array("/tmp/dray-test-XXXXXX".utf8CString)
  guard let made = mkdtemp(&template) else { throw Errno(rawValue: errno) }
  return FilePath(String(cString: made))
}

extension PullScene {
  package static func names(in folder: FilePath) -> [String] {
    guard let directory = opendir(folder.string) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  package static func remove(_ folder: FilePath) {
    for name in names(in: folder) {
      let path = folder.appending(name).string
      if unlink(path) != 0 { rmdir(path) }
    }
    rmdir(folder.string)
  }

  /// Permission bits of a file.
  package static func mode(_ path: FilePath) -> mode_t {
    var status = stat()
    return stat(path.string, &status) == 0 ? status.st_mode & 0o777 : 0
  }
}
