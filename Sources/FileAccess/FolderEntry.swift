import SystemPackage

/// What a folder has a name for.
package struct FolderEntry: Sendable, Hashable {
  package let name: [UInt8]
  /// Whether it is a folder; nil where only a try can tell.
  package let isFolder: Bool?

  package var text: String { String(decoding: name, as: UTF8.self) }
}

extension FileDescriptor {
  /// What is in an open folder, in no order: `limit` entries at most. Who has to tell a folder that holds too many asks for
  /// one more than it takes.
  package func entries(limit: Int = .max) throws(Errno) -> [FolderEntry] {
    // Another open folder, for its place in the list is shared by all copies of a handle.
    let own = try Errno.check { openat(rawValue, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard let list = fdopendir(own) else {
      let error = Errno(rawValue: errno)
      try? FileDescriptor(rawValue: own).close()
      throw error
    }
    defer { closedir(list) }
    var entries: [FolderEntry] = []
    while entries.count < limit {
      errno = 0
      guard let entry = readdir(list) else {
        // A folder that cannot be read any further is not at its end.
        guard errno == 0 else { throw Errno(rawValue: errno) }
        break
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: UInt8.self, capacity: 1) {
          Array(UnsafeBufferPointer(start: $0, count: strlen($0)))
        }
      }
      guard name != [0x2E], name != [0x2E, 0x2E] else { continue }
      let type = Int32(entry.pointee.d_type)
      entries.append(FolderEntry(name: name, isFolder: type == Int32(DT_UNKNOWN) ? nil : type == Int32(DT_DIR)))
    }
    return entries
  }
}
