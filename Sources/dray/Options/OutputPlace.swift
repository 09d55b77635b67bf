import FileAccess
import ImageCopy

extension PullRequest.Output {
  /// What `-o` says: `-`, a folder that exists or a path with a slash at its end, or else a file.
  init(argument: String, isFolder: (String) -> Bool = isFolder) {
    self =
      if argument == "-" { .standardOutput } else if argument.hasSuffix("/") || isFolder(argument) {
        .directory(argument)
      } else { .file(argument) }
  }
}

private func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}
