import ImageCopy

/// What the ending of an output's name promises.
enum OutputEnding {
  private static let compressed = [
    ".gz", ".tgz", ".zst", ".tzst", ".xz", ".txz", ".bz2", ".tbz", ".tbz2", ".lz4", ".zip", ".7z", ".rar",
  ]

  /// The warning that a file is a plain tar whose name says otherwise; nil where it does not.
  static func warning(_ path: String) -> PullWarning? {
    let name = path.lowercased()
    return compressed.contains { name.hasSuffix($0) } ? .plainArchive(path: path) : nil
  }
}

extension CommandContext {
  /// Tells of an output whose name promises a compressed file.
  func warnOfEnding(_ path: String) {
    if let warning = OutputEnding.warning(path) { warn(warning) }
  }
}
