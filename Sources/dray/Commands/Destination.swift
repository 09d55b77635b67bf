#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Where an archive goes.
enum Destination: Sendable, Hashable {
  /// A file of the image's own name in this folder.
  case folder(String)
  case file(String)
  case standardOutput

  /// What `-o` says: `-`, a folder that exists or a path with a slash at its end, or else a file.
  init(argument: String, isFolder: (String) -> Bool = Self.isFolder) {
    self =
      if argument == "-" { .standardOutput } else if argument.hasSuffix("/") || isFolder(argument) {
        .folder(argument)
      } else { .file(argument) }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
