import SystemPackage

/// The names of the volumes of an archive that was split: `bundle.tar.001`, `bundle.tar.002` …
enum ArchiveVolumes {
  /// The most volumes of one archive.
  static let limit = 999

  /// The paths of the volumes behind a first one; none where the path names no first volume.
  static func following(_ first: FilePath) -> some Sequence<FilePath> {
    let isFirst = first.extension == "001"
    return (2...limit).lazy.prefix { _ in isFirst }.map { number in
      var path = first
      let digits = "\(number)"
      path.extension = String(repeating: "0", count: 3 - digits.count) + digits
      return path
    }
  }
}
