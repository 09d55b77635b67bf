import SystemPackage

/// Looks at the file system without opening files.
package enum FileLook {
  /// Whether something stands under this name, for all that this user can see.
  package static func isThere(_ path: String) -> Bool { kind(of: path) != nil }

  package static func isFile(_ path: String) -> Bool { kind(of: path) == mode_t(S_IFREG) }

  package static func isFolder(_ path: String) -> Bool { kind(of: path) == mode_t(S_IFDIR) }

  private static func kind(of path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & mode_t(S_IFMT) : nil
  }

  /// The names in a folder, sorted; none where there is no folder.
  package static func names(in folder: String) -> [String] {
    guard let open = try? FileDescriptor.open(FilePath(folder), .readOnly, options: [.directory, .closeOnExec]) else {
      return []
    }
    defer { try? open.close() }
    return ((try? open.entries(limit: limit)) ?? []).map(\.text).filter { !$0.hasPrefix(".") }.sorted()
  }

  /// Enough for any folder of configuration or certificates.
  private static let limit = 10_000
}
